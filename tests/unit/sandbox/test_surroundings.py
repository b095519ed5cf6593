"""The environment the sandbox gives the product, and how real services replace its parts."""

import stat
from pathlib import Path

import pytest

from deploy.sandbox.demo import PROJECT, DemoFailed, doubles, product, seeded_facts
from deploy.sandbox.surroundings import Ports, product_environment, secret_kept

PORTS = Ports(web=8000, smtp=1025, mail=8025, stripe=12111)


def _environment(folder: Path, **given: str) -> dict[str, str]:
    return product_environment(
        given,
        var=folder,
        ports=PORTS,
        database_url="postgresql://app@127.0.0.1/app",
        redis_url="redis://127.0.0.1/0",
    )


def _names(**given: str) -> list[str]:
    environment = {"STRIPE_WEBHOOK_SECRET": "whsec_x", "STRIPE_API_KEY": "sk_test_x"}
    return [service.name for service in [*doubles(given, PORTS, environment), *product(PORTS)]]


def test_the_sandbox_is_production_without_https(tmp_path: Path) -> None:
    environment = _environment(tmp_path)

    assert (environment["DEBUG"], environment["INSECURE_LOCAL"]) == ("0", "1")
    assert environment["STRIPE_API_BASE"] == "http://127.0.0.1:12111"
    assert environment["STRIPE_API_KEY"].startswith("sk_test_")


def test_the_secret_key_is_drawn_once_and_kept_private(tmp_path: Path) -> None:
    first = _environment(tmp_path)["SECRET_KEY"]

    assert _environment(tmp_path)["SECRET_KEY"] == first
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_two_clones_never_share_a_secret(tmp_path: Path) -> None:
    assert secret_kept(tmp_path / "one") != secret_kept(tmp_path / "two")


def test_a_variable_of_the_caller_wins_and_an_empty_one_does_not(tmp_path: Path) -> None:
    environment = _environment(tmp_path, EMAIL_URL="smtp://mail.example", MEDIA_ROOT="")

    assert environment["EMAIL_URL"] == "smtp://mail.example"
    assert environment["MEDIA_ROOT"] == str(tmp_path / "media")


def test_with_a_real_stripe_key_nothing_points_at_the_double(tmp_path: Path) -> None:
    environment = _environment(tmp_path, STRIPE_API_KEY="sk_test_real")

    assert "STRIPE_API_BASE" not in environment
    assert "STRIPE_WEBHOOK_SECRET" not in environment


def test_everything_is_started_when_nothing_is_given() -> None:
    assert _names() == ["mail catcher", "stripe double", "web", "worker"]


@pytest.mark.parametrize(
    ("variable", "absent"), [("EMAIL_URL", "mail catcher"), ("STRIPE_API_KEY", "stripe double")]
)
def test_a_real_service_replaces_its_double(variable: str, absent: str) -> None:
    assert absent not in _names(**{variable: "real"})


def test_only_the_loopback_is_listened_on() -> None:
    web = next(one for one in product(PORTS) if one.name == "web")

    assert web.command[web.command.index("--bind") + 1] == "127.0.0.1:8000"


def test_the_seed_may_talk_before_its_facts() -> None:
    output = 'importing {84 objects}\n{\n "operator": {"email": "a@b.example"}\n}\n'

    assert seeded_facts(output) == {"operator": {"email": "a@b.example"}}


@pytest.mark.parametrize("output", ["", "done\n", '{"operator": '])
def test_a_seed_without_facts_stops_the_demo(output: str) -> None:
    with pytest.raises(DemoFailed, match="no JSON object"):
        seeded_facts(output)


def test_the_double_knows_the_key_and_the_account_the_product_uses():
    environment = {"STRIPE_WEBHOOK_SECRET": "whsec_x", "STRIPE_API_KEY": "sk_test_x"}
    command = next(s for s in doubles({}, PORTS, environment) if s.name == "stripe double").command
    assert command[command.index("--api-key") + 1] == "sk_test_x"
    account = command[command.index("--account") + 1].partition("=")[0]
    assert account in (PROJECT / "deploy" / "demo" / "network.json").read_text(encoding="utf-8")
