"""The database backend: search path *and* role of the agency, set in one statement.

django-tenants sets the search path; we add the agency's own NOLOGIN role, so that PostgreSQL
itself refuses another agency's schema, catalogue writes and DDL. With
``TENANT_LIMIT_SET_CALLS`` both are set once per switch of tenant, not once per cursor.

Django asks a kept connection ``SELECT 1`` once per request. Setting path and role answers the
same question, so it takes the place of that round trip instead of adding one.

Owner mode (:func:`tenants.isolation.as_owner`) leaves the role out: migrations and
provisioning need DDL. The role guards against our own bugs, not against SQL injection:
injected SQL could reset it.
"""

from typing import Any

import psycopg
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantDatabaseWrapper
from django_tenants.utils import get_limit_set_calls, get_public_schema_name

from tenants.postgresql_backend.introspection import SchemaIntrospection

SET_BOTH = "SELECT set_config('search_path', %s, false), set_config('role', %s, false)"


class DatabaseWrapper(TenantDatabaseWrapper):
    """django-tenants' wrapper that also switches the role."""

    owner_mode = False
    _setting_search_path: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.introspection = SchemaIntrospection(self)

    def connect(self) -> None:
        """Open a connection; a new one has neither path nor role yet."""
        self.search_path_set_schemas = None
        super().connect()

    def wanted_role(self) -> str:
        """The role for the current schema: the agency's own, or none (the owner)."""
        if self.owner_mode or self.schema_name == get_public_schema_name():
            return "none"
        return str(self.schema_name)

    def is_usable(self) -> bool:
        """Whether the server still answers; if so, path and role are set."""
        if self.connection is None:
            return False
        paths = self._get_cursor_search_paths()
        try:
            # Not through Django's cursor: it would set path and role before us.
            self.connection.execute(SET_BOTH, self._both(paths))
        except psycopg.Error:
            return False
        self.search_path_set_schemas = paths
        return True

    def _both(self, paths: list[str]) -> list[str]:
        return [", ".join(f'"{path}"' for path in paths), self.wanted_role()]

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path:
            return
        if get_limit_set_calls() and self.search_path_set_schemas:
            return
        # In a failed transaction PostgreSQL refuses everything but its end, our statement too.
        # Asked before, not after: our own failure (a role that is gone) must be loud.
        if self._in_failed_transaction():
            return
        paths = self._get_cursor_search_paths()
        self._setting_search_path = True
        setter = self.connection.cursor() if cursor is None else cursor
        try:
            setter.execute(SET_BOTH, self._both(paths))
            self.search_path_set_schemas = paths
        finally:
            self._setting_search_path = False
            if cursor is None:
                setter.close()

    def _in_failed_transaction(self) -> bool:
        status = self.connection.info.transaction_status
        return bool(status == psycopg.pq.TransactionStatus.INERROR)
