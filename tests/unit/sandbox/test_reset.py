"""`make stop` keeps the data, `make reset` removes it and nothing else."""

from pathlib import Path

from deploy.sandbox.fingerprint import static_is_current, static_was_collected
from deploy.sandbox.postgres import EmbeddedPostgres
from deploy.sandbox.postgres_cluster import FAST_AND_FORGETFUL
from deploy.sandbox.reset import data_remove, everything_stop
from deploy.sandbox.valkey import EmbeddedValkey


def test_stop_ends_the_servers_and_reset_removes_their_data(tmp_path: Path) -> None:
    var = tmp_path / "var"
    postgres = EmbeddedPostgres(var / "postgres", settings=FAST_AND_FORGETFUL)
    valkey = EmbeddedValkey(var / "valkey")
    postgres.start()
    valkey.start()

    everything_stop(var, project=tmp_path)

    assert (postgres.answers(), valkey.answers()) == (False, False)
    home = postgres.cluster.home
    assert (home / "cluster" / "data").exists()

    data_remove(var)

    assert not home.exists()
    assert list(var.iterdir()) == []


def test_reset_keeps_what_can_be_built_again_without_loss(tmp_path: Path) -> None:
    for name in ("frontend", "static", "media", "mail"):
        (tmp_path / name).mkdir()
    (tmp_path / "demo.json").write_text("{}")

    data_remove(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["frontend", "static"]


def test_reset_of_a_fresh_clone_is_harmless(tmp_path: Path) -> None:
    everything_stop(tmp_path / "var", project=tmp_path)
    data_remove(tmp_path / "var")

    assert not (tmp_path / "var").exists()


def test_static_files_are_collected_again_only_when_one_changed(tmp_path: Path) -> None:
    sheet = tmp_path / "themes" / "base" / "static" / "shop.css"
    sheet.parent.mkdir(parents=True)
    sheet.write_text("a{}")
    assert not static_is_current(tmp_path)

    static_was_collected(tmp_path)
    assert static_is_current(tmp_path)

    sheet.write_text("a{color:red}")
    assert not static_is_current(tmp_path)
