"""Puts people behind both doors and a sale into a running site, from its own process.

    DATABASE_URL=… python -m tests.browser.operations_world

Prints as JSON a session cookie for each door and the reference of the sale. A browser test may not
touch the database itself: Playwright keeps an event loop in its thread.
"""

import json
import os
import subprocess
import sys
from typing import Any

from tests.browser.running_site import Site
from tests.database import ROOT, TEST_ENVIRONMENT


def operations_world(site: Site) -> dict[str, Any]:
    """Make it in the database of ``site``; answers what the process printed."""
    environment = {
        **os.environ,
        **TEST_ENVIRONMENT,
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "DATABASE_URL": site.dsn,
    }
    said = subprocess.run(
        [sys.executable, "-m", "tests.browser.operations_world"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        timeout=60,
    )
    return json.loads(said.stdout.splitlines()[-1])


def _make() -> dict[str, Any]:
    from django.conf import settings
    from django_tenants.utils import tenant_context

    from shared_apps.identity.actions import membership_grant
    from tenant_apps.orders.api_keys import api_key_create
    from tenants.models import Agency
    from tests.doors.signing_in import OPERATOR_HOST, signed_in
    from tests.selling import sold

    lumiere = Agency.objects.get(slug="lumiere")
    operator, manager = "operations@tnp.example", "partage@lumiere.example"
    membership_grant(email=operator, party="operator", role="admin", name="Olga")
    membership_grant(email=manager, party="agency", role="admin", agency=lumiere, name="Paul")
    with tenant_context(lumiere):
        api_key_create("Hôtel du navigateur")
        reference = sold("KAYAK-SEA", adult=2).reference
    people = {"operator": (operator, OPERATOR_HOST), "agency": (manager, "lumiere.localhost")}
    cookies = {
        door: signed_in(email, host).cookies[settings.SESSION_COOKIE_NAME].value
        for door, (email, host) in people.items()
    }
    return {"cookie": settings.SESSION_COOKIE_NAME, "order": reference, **cookies}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_make()))
