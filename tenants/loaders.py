"""A cached template loader that knows its schema in every situation.

django-tenants' own leaves the schema out when the connection holds a ``FakeTenant``, which
is what ``schema_context()`` sets: a template cached there would be served to every agency.
"""

from typing import Any

from django.db import connection
from django.template.loaders.cached import Loader as CachedLoader


class SchemaCachedLoader(CachedLoader):
    """Keys every compiled template by the schema of the connection."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        """Return Django's key prefixed with the schema name."""
        return f"{connection.schema_name}-{super().cache_key(template_name, skip)}"
