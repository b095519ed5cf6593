"""Celery with the agency of the sender in every task header.

``tenant-schemas-celery`` puts the schema's name into the headers; :class:`AgencyTask` acts on
it. The package does that from signals, and leaves three gaps: an error there is only logged, so
a task whose agency has gone would run in the shared schema; the caller of an eager task got a
nameless agency back; and the previous schema was kept on the task, shared by all threads.

A task put off to the commit would be sent from whatever schema is current by then; it is sent
from the one that asked.
"""

import functools
import os
from copy import copy
from typing import Any

from celery.signals import task_postrun, task_prerun
from tenant_schemas_celery.app import CeleryApp, get_schema_name_from_task
from tenant_schemas_celery.task import TenantTask, headers_with_schema

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")

task_prerun.disconnect(dispatch_uid="tenant_schemas_switch_schema")
task_postrun.disconnect(dispatch_uid="tenant_schemas_restore_schema")


class AgencyGone(RuntimeError):
    """A task was sent from an agency that no longer exists."""


class AgencyTask(TenantTask):
    """A task that runs in the schema it was sent from, or not at all."""

    abstract = True
    # A minute-old Agency row is good enough: its schema name never changes.
    tenant_cache_seconds = 60

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run in the sender's schema. Raises AgencyGone when there is none any more.

        Called as a plain function it is one, and stays where it is.
        """
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        from django_tenants.utils import get_public_schema_name, schema_context, tenant_context

        schema = get_schema_name_from_task(self, kwargs) or get_public_schema_name()
        if schema == get_public_schema_name():
            with schema_context(schema):
                return super().__call__(*args, **kwargs)
        with tenant_context(self._agency(schema)):
            return super().__call__(*args, **kwargs)

    def _agency(self, schema: str) -> Any:
        from django.core.exceptions import ObjectDoesNotExist
        from django_tenants.utils import get_public_schema_name, schema_context

        try:
            with schema_context(get_public_schema_name()):
                return copy(self.get_tenant_for_schema(schema))
        except ObjectDoesNotExist:
            raise AgencyGone(f"{self.name}: sent from {schema}, which is gone") from None

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
