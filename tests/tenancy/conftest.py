"""Ground of the tenancy tests: an agency's catalogue as rows, and migrations made for a test."""

import os
import shutil
import sys
import uuid
from pathlib import Path

import pytest
from django.conf import settings

from tests.tenancy.guards_off import VARIABLE, switch_off

FIRST = Path(settings.BASE_DIR) / "tenant_apps" / "selection" / "migrations" / "0001_initial.py"


class ScratchMigrations:
    """The migrations of the app ``selection``, copied to a package of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, operations: str) -> None:
        """Write a migration after the last one; ``operations`` is Python source."""
        previous = sorted(path.stem for path in self.folder.glob("0*.py"))[-1]
        (self.folder / f"{name}.py").write_text(
            "from django.db import migrations, models\n\n\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = [('selection', '{previous}')]\n"
            f"    operations = [{operations}]\n"
        )


@pytest.fixture
def scratch_migrations(tmp_path, settings, monkeypatch):
    """Point the app ``selection`` at a copy of its migrations that the test may add to."""
    from tenants import provisioning

    package = f"scratch_{uuid.uuid4().hex}"
    folder = tmp_path / package
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    shutil.copy(FIRST, folder / FIRST.name)
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.MIGRATION_MODULES = {"selection": package}
    # What a process remembers for its life must not outlive the test.
    for remembered in (provisioning._process_key, provisioning._script):
        remembered.cache_clear()
    yield ScratchMigrations(folder)
    for remembered in (provisioning._process_key, provisioning._script):
        remembered.cache_clear()
    for name in [name for name in sys.modules if name.startswith(package)]:
        del sys.modules[name]


@pytest.fixture(autouse=True)
def _without_guard(request, monkeypatch):
    """Switch off the guard named by ``WITHOUT_GUARD``; see ``guards_off.py``."""
    name = os.environ.get(VARIABLE)
    if not name:
        return
    statements = switch_off(name, monkeypatch)
    if statements:
        from django.db import connection

        request.getfixturevalue("db")
        with connection.cursor() as cursor:
            cursor.execute(statements)
