"""One embedded server of each kind for all tests of the sandbox; each lives in a folder of its
own.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.sandbox.postgres import EmbeddedPostgres
from deploy.sandbox.postgres_cluster import FAST_AND_FORGETFUL


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder any account may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="tnp-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A running server in pytest's folder, which is closed to other accounts."""
    server = EmbeddedPostgres(
        tmp_path_factory.mktemp("postgres"),
        settings=FAST_AND_FORGETFUL,
        grants="GRANT SET ON PARAMETER session_replication_role TO app;",
    )
    server.start()
    yield server
    server.wipe()


@pytest.fixture
def as_root() -> bool:
    """Whether the tests run as root, where the servers change accounts."""
    return os.geteuid() == 0
