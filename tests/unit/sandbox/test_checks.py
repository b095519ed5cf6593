"""What `make test` says: an audit that asked nobody is not a clean bill."""

import json
from pathlib import Path

import pytest

from deploy.checks import audit_verdict, production_environment
from deploy.lock import addresses_in

PROJECT = Path(__file__).resolve().parents[3]


def _report(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": list(packages)})


def test_a_known_vulnerability_fails_the_audit_and_is_named() -> None:
    flawed = {"name": "django", "version": "5.2.0", "vulns": [{"id": "PYSEC-1"}, {"id": "CVE-2"}]}

    assert audit_verdict(_report(flawed), "") == (False, "django 5.2.0: PYSEC-1, CVE-2")


def test_packages_without_advisory_data_are_counted_out_loud() -> None:
    known = {"name": "django", "version": "5.2.19", "vulns": []}
    unknown = {"name": "stripe", "skip_reason": "not found"}

    passed, said = audit_verdict(_report(known, unknown), "")

    assert passed
    assert said == "NOT AUDITED: 1 of 2 packages, no advisory data for them"


def test_a_service_that_does_not_answer_is_said_and_does_not_fail() -> None:
    passed, said = audit_verdict("", "Traceback\nConnectionError: no route")

    assert passed
    assert said.startswith("NOT AUDITED, the advisory service cannot be reached")
    assert said.endswith("ConnectionError: no route")


def test_a_clean_audit_says_nothing() -> None:
    assert audit_verdict(_report({"name": "a", "version": "1", "vulns": []}), "") == (True, "")


def test_production_settings_are_checked_with_every_safety_on() -> None:
    environment = production_environment()

    assert (environment["DEBUG"], environment["INSECURE_LOCAL"]) == ("0", "0")
    assert len(environment["SECRET_KEY"]) >= 50


@pytest.mark.parametrize(
    "name",
    [
        "requirements/base.txt",
        "requirements/sandbox.txt",
        "requirements/dev.txt",
        "package-lock.json",
        ".npmrc",
    ],
)
def test_no_committed_lock_file_names_an_index(name: str) -> None:
    assert addresses_in(PROJECT / name) == []


def test_every_pinned_package_has_a_hash() -> None:
    for layer in ("base", "sandbox", "dev"):
        text = (PROJECT / "requirements" / f"{layer}.txt").read_text()
        blocks = [block for block in text.replace("\\\n", " ").splitlines() if "==" in block]
        assert blocks
        assert [block for block in blocks if "--hash=sha256:" not in block] == []
