"""Each guard switched off in turn, to see its tests fail: ``python -m tests.tenancy.guards_off``.

A test of a guard proves something only if it fails without the guard. This runs the tests once
for every guard with that guard switched off (``WITHOUT_GUARD``, read by ``conftest.py``) and
expects failures; a guard whose absence nobody notices ends the run with exit code 1. It takes
minutes and is no part of ``make test``: run it when a guard or its test changes.
"""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
VARIABLE = "WITHOUT_GUARD"


@dataclass(frozen=True)
class Guard:
    """A guard, how to switch it off, and the tests that must notice."""

    off: Callable[[Any], None] | str  # a patch, or SQL run as the owner
    tests: str
    only: str = ""


def _nobody_asks(patch: Any) -> None:
    from tenants.routers import TenantOnlyRouter

    patch.setattr(TenantOnlyRouter, "_guard", lambda *_: None)


def _lazy_goes_anywhere(patch: Any) -> None:
    from django.db.models import QuerySet

    from tenants.isolation import TenantQuerySet

    patch.setattr(TenantQuerySet, "query", QuerySet.query)


def _objects_go_anywhere(patch: Any) -> None:
    from tenants import isolation, routers

    for module in (isolation, routers):
        patch.setattr(module, "refuse_stranger", lambda *_: None)
    patch.setattr(routers.TenantOnlyRouter, "allow_relation", lambda *_args, **_hints: None)


def _no_role(patch: Any) -> None:
    from tenants.postgresql_backend.base import DatabaseWrapper

    patch.setattr(DatabaseWrapper, "wanted_role", lambda _self: "none")


def _rollback_is_not_noticed(patch: Any) -> None:
    from django.db.backends.postgresql.base import DatabaseWrapper as Plain

    from tenants.postgresql_backend.base import DatabaseWrapper

    patch.setattr(DatabaseWrapper, "savepoint_rollback", Plain.savepoint_rollback, raising=False)
    patch.setattr(DatabaseWrapper, "rollback", Plain.rollback, raising=False)


def _new_sessions_are_not_noticed(patch: Any) -> None:
    from django.db.backends.postgresql.base import DatabaseWrapper as Plain

    from tenants.postgresql_backend.base import DatabaseWrapper

    patch.setattr(DatabaseWrapper, "connect", Plain.connect)
    patch.setattr(DatabaseWrapper, "close", Plain.close, raising=False)


def _own_failure_is_swallowed(patch: Any) -> None:
    from tenants.postgresql_backend.base import DatabaseWrapper

    whole = DatabaseWrapper._handle_search_path

    def quietly(self: Any, cursor: Any = None) -> None:
        try:
            whole(self, cursor)
        except Exception:
            self.search_path_set_schemas = None

    patch.setattr(DatabaseWrapper, "_handle_search_path", quietly)


def _set_for_every_cursor(patch: Any) -> None:
    from tenants.postgresql_backend import base

    patch.setattr(base, "get_limit_set_calls", lambda: False)


def _nothing_is_forgotten(patch: Any) -> None:
    from tenants import resolution, signals

    patch.setattr(signals, "forget_domains", lambda: None)
    patch.setattr(resolution, "_follow_version", lambda _now: None)
    patch.setattr(resolution, "TTL_SECONDS", 10**9)


def _nothing_is_remembered(patch: Any) -> None:
    from tenants import resolution

    patch.setattr(resolution, "TTL_SECONDS", -1.0)


def _one_agency_object_for_all(patch: Any) -> None:
    from tenants import resolution

    patch.setattr(resolution, "own_copy", lambda agency: agency)


def _one_cache_for_all(patch: Any) -> None:
    from django.core.cache import caches
    from django.core.cache.backends.base import default_key_func

    patch.setattr(caches["default"], "key_func", default_key_func)


def _one_template_cache_for_all(patch: Any) -> None:
    from django.template.loaders.cached import Loader

    from tenants.loaders import SchemaCachedLoader

    patch.setattr(SchemaCachedLoader, "cache_key", Loader.cache_key)


def _the_packages_own_template_cache(patch: Any) -> None:
    from django_tenants.template.loaders.cached import Loader

    from tenants.loaders import SchemaCachedLoader

    patch.setattr(SchemaCachedLoader, "cache_key", Loader.cache_key)


def _one_folder_for_all(patch: Any) -> None:
    from tenants import storage

    patch.setattr(storage, "schema_path", lambda name: name)


def _tasks_run_where_they_land(patch: Any) -> None:
    from tenant_schemas_celery.task import TenantTask

    from saas.celery import AgencyTask

    patch.setattr(AgencyTask, "__call__", TenantTask.__call__)


def _tasks_after_commit_lose_their_agency(patch: Any) -> None:
    from celery.contrib.django.task import DjangoTask

    from saas.celery import AgencyTask

    for name in ("delay_on_commit", "apply_async_on_commit"):
        patch.setattr(AgencyTask, name, getattr(DjangoTask, name))


def _personal_data_is_logged(patch: Any) -> None:
    from saas import logs

    patch.setattr(logs, "drop_personal", lambda _logger, _method, event: event)


def _log_lines_without_agency(patch: Any) -> None:
    from saas import logs

    patch.setattr(logs, "add_schema", lambda _logger, _method, event: event)


def _the_models_own_context_manager(patch: Any) -> None:
    from django_tenants.models import TenantMixin

    from tenants.models import Agency

    patch.setattr(Agency, "__enter__", TenantMixin.__enter__)


FENCED = [
    "journal_journalline",
    "journal_chainhead",
    "audit_auditentry",
    "outbox_message",
    "inventory_hold",
    "inventory_stockmovement",
]
PEOPLE = [
    "identity_user",
    "identity_membership",
    "identity_invitation",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
]
CHAINED = ["journal_journalline", "audit_auditentry", "inventory_stockmovement"]
NO_ROW_SECURITY = ";".join(f"ALTER TABLE shared.{t} DISABLE ROW LEVEL SECURITY" for t in FENCED)
NO_PEOPLE_SECURITY = ";".join(f"ALTER TABLE shared.{t} DISABLE ROW LEVEL SECURITY" for t in PEOPLE)
NO_TRIGGERS = ";".join(f"ALTER TABLE shared.{table} DISABLE TRIGGER USER" for table in CHAINED)
ONE_SESSION_TABLE = """
    DROP TABLE agency_lumiere.django_session, agency_ocean.django_session;
    GRANT ALL ON shared.django_session TO agency_member"""
EVERY_RIGHT = "GRANT ALL ON ALL TABLES IN SCHEMA shared TO agency_member"

GUARDS = {
    "no agency": Guard(_nobody_asks, "test_isolation.py", "no_agency_is_current or relation"),
    "no agency (HTTP)": Guard(_nobody_asks, "test_requests.py", "refused_on_hosts"),
    "no agency (tasks)": Guard(_nobody_asks, "test_tasks.py", "needs_an_agency"),
    "lazy querysets": Guard(_lazy_goes_anywhere, "test_isolation.py", "lazy"),
    "objects": Guard(_objects_go_anywhere, "test_isolation.py", "written or bulk or relation"),
    "with agency": Guard(_the_models_own_context_manager, "test_isolation.py", "context_manager"),
    "role": Guard(_no_role, "test_database_rights.py", "may_not_do or role or own_rows"),
    "grants": Guard(EVERY_RIGHT, "test_database_rights.py", "may_not_do"),
    "row security": Guard(NO_ROW_SECURITY, "test_database_rights.py", "another or only_its_own"),
    "people": Guard(NO_PEOPLE_SECURITY, "test_people.py", "sees_its_own or changes_nothing"),
    "append-only": Guard(NO_TRIGGERS, "test_database_rights.py", "history"),
    "rollback": Guard(_rollback_is_not_noticed, "test_connection.py", "rolled_back"),
    "new session": Guard(_new_sessions_are_not_noticed, "test_connection.py", "new_database"),
    "own failure": Guard(_own_failure_is_swallowed, "test_database_rights.py", "role_is_gone"),
    "one SET": Guard(_set_for_every_cursor, "test_requests.py", "once_per_request"),
    "sessions": Guard(ONE_SESSION_TABLE, "test_requests.py", "session_cookie"),
    "forgetting": Guard(_nothing_is_forgotten, "test_resolution.py"),
    "remembering": Guard(_nothing_is_remembered, "test_resolution.py", "no_query or one_query"),
    "agency copies": Guard(_one_agency_object_for_all, "test_requests.py", "changed_agency"),
    "cache keys": Guard(_one_cache_for_all, "test_boundaries.py", "cache_entry"),
    "cached values": Guard(_one_cache_for_all, "test_requests.py", "cached_value"),
    "templates": Guard(_one_template_cache_for_all, "test_boundaries.py", "template"),
    "schema_context": Guard(_the_packages_own_template_cache, "test_boundaries.py", "template"),
    "files": Guard(_one_folder_for_all, "test_boundaries.py", "file or climbs or s3"),
    "task agency": Guard(_tasks_run_where_they_land, "test_tasks.py", "eager or vanished"),
    "after commit": Guard(_tasks_after_commit_lose_their_agency, "test_tasks.py", "put_off"),
    "personal data": Guard(_personal_data_is_logged, "test_requests.py", "log_line"),
    "log schema": Guard(_log_lines_without_agency, "test_requests.py", "log_line"),
}


def switch_off(name: str, patch: Any) -> str:
    """Switch the guard ``name`` off; returns SQL still to be run as the owner, if any."""
    off = GUARDS[name].off
    if isinstance(off, str):
        return off
    off(patch)
    return ""


def main(names: list[str]) -> int:
    """Run the tests without each guard in turn. 0 when every absence was noticed."""
    unnoticed = []
    for name in names or GUARDS:
        guard = GUARDS[name]
        command = [sys.executable, "-m", "pytest", "-q", "--tb=no", str(HERE / guard.tests)]
        done = subprocess.run(
            command + (["-k", guard.only] if guard.only else []),
            env=os.environ | {VARIABLE: name},
            capture_output=True,
            text=True,
            check=False,
        )
        failed = re.search(r"(\d+) failed", done.stdout)
        print(f"without {name}: {failed[0] if failed else 'NOTHING FAILED'}", flush=True)
        if not failed:
            unnoticed.append(name)
            print(done.stdout[-600:])
    return 1 if unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
