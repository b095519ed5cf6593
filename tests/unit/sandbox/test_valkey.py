"""The embedded Valkey: tasks that wait survive, strangers stay outside."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from deploy.sandbox.ports import wait_until
from deploy.sandbox.valkey import EmbeddedValkey, ValkeyFailed


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path / "valkey") as server:
        yield server


def _queue(server: EmbeddedValkey) -> "redis.Redis[str]":
    return redis.Redis.from_url(server.url(), decode_responses=True)


def test_a_waiting_task_survives_a_restart(valkey: EmbeddedValkey) -> None:
    with _queue(valkey) as queue:
        queue.rpush("tasks", "send the voucher")
    valkey.stop()

    valkey.start()

    with _queue(valkey) as queue:
        assert queue.lrange("tasks", 0, -1) == ["send the voucher"]


def test_a_killed_server_starts_again(valkey: EmbeddedValkey) -> None:
    killed = valkey.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    assert wait_until(lambda: valkey.pid is None, timeout=10)
    assert not valkey.answers()

    valkey.start()

    assert valkey.answers()
    assert valkey.pid != killed


def test_a_second_start_uses_the_server_that_runs(valkey: EmbeddedValkey) -> None:
    again = EmbeddedValkey(valkey.directory)
    again.start()

    assert (again.pid, again.url()) == (valkey.pid, valkey.url())


def test_nobody_enters_without_the_password(valkey: EmbeddedValkey) -> None:
    with (
        redis.Redis(host="127.0.0.1", port=valkey.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()


def test_files_with_the_password_are_readable_by_their_owner_alone(
    valkey: EmbeddedValkey,
) -> None:
    modes = {
        stat.S_IMODE((valkey.directory / name).stat().st_mode)
        for name in ("password", "valkey.conf")
    }

    assert modes == {0o600}


def test_memory_pressure_removes_cache_entries_and_never_waiting_tasks(
    valkey: EmbeddedValkey,
) -> None:
    with _queue(valkey) as queue:
        assert queue.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-ttl"}


def test_a_server_never_started_has_no_address(tmp_path: Path) -> None:
    with pytest.raises(ValkeyFailed, match="no server was started"):
        EmbeddedValkey(tmp_path / "nothing").url()
