"""The embedded PostgreSQL: found again, safe to kill, closed to strangers, enough for the
product.
"""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from deploy.sandbox.accounts import outside_folder, service_account
from deploy.sandbox.ports import wait_until
from deploy.sandbox.postgres import EmbeddedPostgres
from deploy.sandbox.postgres_cluster import FAST_AND_FORGETFUL, Cluster


@pytest.fixture
def session(postgres: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    postgres.start()
    with psycopg.connect(postgres.dsn(), autocommit=True) as connection:
        yield connection


def _value(session: psycopg.Connection, query: str) -> object:
    row = session.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_the_role_of_the_product_is_no_superuser(session: psycopg.Connection) -> None:
    row = session.execute(
        "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = user"
    ).fetchone()

    assert row == ("app", False, True, True)


def test_the_product_becomes_the_agency_role_it_created(session: psycopg.Connection) -> None:
    session.execute("CREATE ROLE agency_rivage NOLOGIN")
    session.execute("GRANT agency_rivage TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    session.execute("SET ROLE agency_rivage")

    assert _value(session, "SELECT current_user") == "agency_rivage"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute("CREATE SCHEMA escaped")


@pytest.mark.parametrize("extension", ["citext", "unaccent", "pg_trgm", "btree_gist"])
def test_the_product_creates_its_extensions_in_the_schema_it_wants(
    session: psycopg.Connection, extension: str
) -> None:
    session.execute(f"CREATE SCHEMA for_{extension}")
    session.execute(f"CREATE EXTENSION {extension} SCHEMA for_{extension}")

    query = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = %s"
    assert session.execute(query, [extension]).fetchone() == (f"for_{extension}",)


def test_case_and_accents_fold_the_same_on_every_machine(session: psycopg.Connection) -> None:
    assert _value(session, "SELECT lower('ÉTÉ À LYON')") == "été à lyon"


def test_a_fleet_of_agencies_can_be_dumped_in_one_transaction(session: psycopg.Connection) -> None:
    assert _value(session, "SHOW max_locks_per_transaction") == "512"


def test_tests_may_empty_tables_that_refuse_deletion(session: psycopg.Connection) -> None:
    session.execute("SET session_replication_role = replica")

    assert _value(session, "SHOW session_replication_role") == "replica"


def test_nobody_enters_over_the_network_without_the_password(postgres: EmbeddedPostgres) -> None:
    address = f"postgresql://app:guess@127.0.0.1:{postgres.port}/app"

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address)


def test_the_password_is_readable_by_its_owner_alone(postgres: EmbeddedPostgres) -> None:
    mode = postgres.cluster.password_file.stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_root_hands_the_server_to_an_account_that_already_existed(
    postgres: EmbeddedPostgres, as_root: bool
) -> None:
    owner = postgres.cluster.data.stat().st_uid

    assert owner == service_account().uid
    assert (owner != 0) is (as_root or os.geteuid() != 0)


def test_a_folder_closed_to_the_account_keeps_its_data_outside(
    postgres: EmbeddedPostgres, as_root: bool
) -> None:
    directory = postgres.cluster.directory

    assert postgres.cluster.home == (outside_folder(directory) if as_root else directory)


def test_an_open_folder_keeps_its_data_inside(open_folder: Path) -> None:
    assert Cluster(open_folder / "postgres").home == (open_folder / "postgres").resolve()


def test_a_deep_folder_still_has_a_short_socket_path(open_folder: Path) -> None:
    cluster = Cluster(open_folder / ("deep" * 20) / "postgres")

    assert len(os.fsencode(cluster.socket_folder / ".s.PGSQL.65535")) <= 107
    cluster.wipe()


def test_a_second_start_uses_the_server_that_runs(postgres: EmbeddedPostgres) -> None:
    before = postgres.pid
    again = EmbeddedPostgres(postgres.cluster.directory)
    again.start()

    assert (again.pid, again.dsn()) == (before, postgres.dsn())


def test_a_lost_password_file_is_replaced_without_losing_data(postgres: EmbeddedPostgres) -> None:
    postgres.cluster.password_file.unlink()
    again = EmbeddedPostgres(postgres.cluster.directory)
    again.start()

    with psycopg.connect(again.dsn()) as connection:
        assert _value(connection, "SELECT current_user") == "app"
    del postgres.cluster.password


def test_committed_rows_survive_a_killed_server(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "postgres")
    server.start()
    try:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert wait_until(lambda: server.pid is None, timeout=10)

        server.start()

        with psycopg.connect(server.dsn()) as connection:
            assert _value(connection, "SELECT answer FROM kept") == 42
    finally:
        server.wipe()


def test_a_process_number_taken_by_someone_else_does_not_block_the_start(
    open_folder: Path,
) -> None:
    server = EmbeddedPostgres(open_folder / "postgres", settings=FAST_AND_FORGETFUL)
    server.start()
    server.stop()
    (server.cluster.data / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n1\n5432\n")

    assert server.pid is None
    server.start()

    assert server.answers()
    server.wipe()
    assert not server.cluster.home.exists()


def test_stopping_twice_is_harmless(open_folder: Path) -> None:
    server = EmbeddedPostgres(open_folder / "postgres", settings=FAST_AND_FORGETFUL)
    server.start()
    server.stop()
    server.stop()

    assert (server.answers(), server.in_use()) == (False, False)
    server.wipe()
