"""Starting the double: what it refuses to start with."""

from __future__ import annotations

import pytest

from deploy.sandbox.stripe_double.__main__ import main


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--host", "0.0.0.0"], "is not a loopback address"),
        (["--api-key", "sk_live_123"], "starts with sk_test_"),
        (["--webhook", "http://127.0.0.1/hook=secret"], "a secret that starts with whsec_"),
        (["--account", "alpes=Alpes"], "starts with acct_"),
    ],
)
def test_a_double_that_makes_no_sense_does_not_start(capsys, arguments, complaint):
    assert main(["--port", "0", *arguments]) == 2
    assert complaint in capsys.readouterr().err
