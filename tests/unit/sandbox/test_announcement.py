"""What the demo says at its end, and what it writes to `var/demo.json`."""

import io
import json
import stat
from pathlib import Path

import pytest

from deploy.sandbox.announcement import announcement, facts, facts_write
from deploy.sandbox.progress import Step
from deploy.sandbox.surroundings import Ports

PORTS = Ports(web=8001, smtp=1025, mail=8025, stripe=12111)
SEEDED = {
    "operator": {"email": "direction@tnp.example", "password": "pass-phrase"},
    "agencies": [
        {
            "slug": "rivage",
            "name": "Rivage",
            "api_key": "key-1",
            "users": [{"email": "a@rivage.example", "password": "p-1", "otp_secret": "ABC"}],
        }
    ],
}


def test_addresses_use_the_port_that_was_asked_for() -> None:
    found = facts(SEEDED, PORTS, with_mail=True, with_stripe=True)

    assert found["operator"]["url"] == "http://tnp.localhost:8001/"
    assert found["agencies"][0]["url"] == "http://rivage.localhost:8001/"
    assert found["agencies"][0]["office_url"] == "http://rivage.localhost:8001/gestion/"


def test_parts_replaced_by_real_ones_have_no_sandbox_page() -> None:
    found = facts(SEEDED, PORTS, with_mail=False, with_stripe=False)

    assert set(found["sandbox"]) == {"health"}


def test_sign_ins_and_keys_are_shown_under_their_place() -> None:
    lines = announcement(facts(SEEDED, PORTS, with_mail=True, with_stripe=False)).splitlines()

    assert [" ".join(line.split()) for line in lines] == [
        "Operator http://tnp.localhost:8001/",
        "email direction@tnp.example",
        "password pass-phrase",
        "",
        "Rivage http://rivage.localhost:8001/",
        "api key key-1",
        "sign-in a@rivage.example p-1 second factor ABC",
        "office url http://rivage.localhost:8001/gestion/",
        "",
        "Sandbox",
        "health http://127.0.0.1:8001/healthz",
        "mail http://127.0.0.1:8025/",
    ]


def test_the_file_holds_the_same_and_is_private(tmp_path: Path) -> None:
    found = facts(SEEDED, PORTS, with_mail=True, with_stripe=True)
    facts_write(found, tmp_path / "demo.json")

    assert json.loads((tmp_path / "demo.json").read_text()) == found
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600


def test_a_step_says_when_it_starts_and_how_it_ended() -> None:
    screen = io.StringIO()
    with Step("Schemas", stream=screen) as step:
        step.done("nothing to do")

    start, end = screen.getvalue().splitlines()
    assert start.startswith("… Schemas")
    assert end.startswith("✓ Schemas")
    assert end.endswith("nothing to do")


def test_a_step_that_fails_is_marked_and_does_not_hide_the_error() -> None:
    screen = io.StringIO()
    with pytest.raises(ZeroDivisionError), Step("Schemas", stream=screen):
        _ = 1 / 0

    assert screen.getvalue().splitlines()[-1].startswith("✗ Schemas")
