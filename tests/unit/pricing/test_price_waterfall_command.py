"""``manage.py price_waterfall FILE`` prints one answer per case and fails when it could not."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

GOLDEN = Path(__file__).parents[2] / "golden" / "price_waterfall.json"


def run(path):
    out, err = StringIO(), StringIO()
    try:
        call_command("price_waterfall", str(path), stdout=out, stderr=err)
    except CommandError as error:
        return json.loads(out.getvalue() or "null"), err.getvalue(), str(error)
    return json.loads(out.getvalue()), err.getvalue(), None


def test_the_golden_file_is_answered_with_its_own_expectations():
    printed, complaints, failure = run(GOLDEN)
    assert printed == [case["expected"] for case in json.loads(GOLDEN.read_text())]
    assert (complaints, failure) == ("", None)


def test_bare_inputs_are_answered_alike(tmp_path):
    cases = json.loads(GOLDEN.read_text())
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps([case["input"] for case in cases]))
    assert run(bare)[0] == [case["expected"] for case in cases]


def test_a_malformed_case_is_named_on_the_error_stream_and_fails_the_command(tmp_path):
    good, bad = (case["input"] for case in json.loads(GOLDEN.read_text())[:2])
    path = tmp_path / "cases.json"
    path.write_text(json.dumps([good, {**bad, "quantity": -2}]))
    (answered, refused), complaints, failure = run(path)
    assert answered["sale_price"] == "520.00"
    assert (refused["error"], refused["case"]) == ("negative_quantity", "F02")
    assert complaints == 'case "F02": negative_quantity: quantity is negative: -2.\n'
    assert failure == "1 of 2 cases could not be answered."


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"{}", "must hold a list"), (b"not json", "is not JSON"), (b"\xff\xfe[", "is not UTF-8")],
)
def test_a_file_that_is_no_list_of_cases_is_refused_with_a_reason(tmp_path, content, complaint):
    path = tmp_path / "cases.json"
    path.write_bytes(content)
    printed, _, failure = run(path)
    assert printed is None
    assert complaint in failure


def test_a_file_that_is_not_there_is_refused_with_a_reason(tmp_path):
    printed, _, failure = run(tmp_path / "nowhere.json")
    assert printed is None
    assert "No such file" in failure
