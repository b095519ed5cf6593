"""Celery with the agency of the sender in every task header.

``tenant-schemas-celery`` carries the schema name and switches before the task runs.
:class:`AgencyTask` adds what it leaves open: a task whose agency has gone in the meantime
would silently run in the shared schema, so it compares the header with the connection and
raises instead. And a task put off to the commit would be sent from whatever schema is current
by then; it is sent from the one that asked.
"""

import functools
import os
from typing import Any

from tenant_schemas_celery.app import CeleryApp, get_schema_name_from_task
from tenant_schemas_celery.task import TenantTask, headers_with_schema

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")


class WrongSchema(RuntimeError):
    """A task was about to run outside the schema it was sent from."""


class AgencyTask(TenantTask):
    """A task that runs in the schema it was sent from, or not at all."""

    abstract = True
    # A minute-old Agency row is good enough: only its schema name is used.
    tenant_cache_seconds = 60

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from django.db import connection

        wanted = get_schema_name_from_task(self, kwargs)
        if wanted and wanted != connection.schema_name:
            raise WrongSchema(
                f"{self.name}: sent from {wanted}, running in {connection.schema_name}"
            )
        return super().__call__(*args, **kwargs)

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:
        """Send after the commit, for the agency that is current now."""
        self.apply_async_on_commit(args, kwargs)

    def apply_async_on_commit(self, *args: Any, **options: Any) -> None:
        """Send after the commit, for the agency that is current now."""
        from django.db import transaction

        options["headers"] = headers_with_schema(options.get("headers"))
        transaction.on_commit(functools.partial(self.apply_async, *args, **options))


app = CeleryApp("saas", task_cls="saas.celery:AgencyTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
