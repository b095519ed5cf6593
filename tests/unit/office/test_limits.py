"""Rate limits: how they are written, counted, and who is counted."""

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from saas.limits import client_address, limited, rate_parse, seconds_to_wait


@pytest.mark.parametrize(
    ("text", "rate"), [("20/m", (20, 60)), ("1/s", (1, 1)), ("600/h", (600, 3600))]
)
def test_a_rate_is_read(text, rate):
    assert rate_parse(text) == rate


@pytest.mark.parametrize("text", ["", "20", "20/", "20/d", "/m", "0/m", "-1/m", "x/m", "1.5/m"])
def test_anything_else_is_refused_and_named(text):
    with pytest.raises(ValueError, match="a rate is written like"):
        rate_parse(text)


def test_the_request_after_the_last_allowed_one_waits_and_another_client_does_not(settings):
    settings.RATE_LIMITS = {"try": "2/h"}
    assert [seconds_to_wait("try", "192.0.2.1") for _turn in range(2)] == [0, 0]
    assert 0 < seconds_to_wait("try", "192.0.2.1") <= 3600
    assert seconds_to_wait("try", "192.0.2.2") == 0


def test_a_forwarded_address_counts_only_behind_our_own_proxy(settings):
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.7"})
    settings.SECURE_PROXY_SSL_HEADER = None
    assert client_address(request) == "127.0.0.1"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert client_address(request) == "198.51.100.7"


def test_a_limit_may_count_things_instead_of_requests(settings):
    settings.RATE_LIMITS = {"try": "10/h"}
    assert [seconds_to_wait("try", "192.0.2.1", count=5) for _turn in range(2)] == [0, 0]
    assert seconds_to_wait("try", "192.0.2.1") > 0


def test_a_program_above_the_limit_reads_a_problem_with_a_code(settings):
    settings.RATE_LIMITS = {"try": "1/h"}
    view = limited("try", methods=None)(lambda _request: HttpResponse("ok"))
    request = RequestFactory().get("/api/v1/schema/")
    assert view(request).content == b"ok"
    answer = view(request)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (429, "throttled")
