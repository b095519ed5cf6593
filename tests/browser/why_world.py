"""Puts a sale and signed-in people into a running site, from a process of its own.

    DATABASE_URL=… python -m tests.browser.why_world

Prints as JSON the order's reference and a session cookie for each door and language. A browser
test may not touch the database itself: Playwright keeps an event loop in its thread.
"""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

from tests.browser.running_site import Site
from tests.database import ROOT, TEST_ENVIRONMENT


def why_world(site: Site) -> dict[str, Any]:
    """Make the sale in the database of ``site``; answers what the process printed."""
    environment = {
        **os.environ,
        **TEST_ENVIRONMENT,
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "DATABASE_URL": site.dsn,
    }
    said = subprocess.run(
        [sys.executable, "-m", "tests.browser.why_world"],
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

    from shared_apps.commissions.actions import rule_create
    from shared_apps.identity.actions import membership_grant
    from shared_apps.identity.models import User
    from tenants.models import Agency
    from tests.doors.signing_in import OPERATOR_HOST, signed_in
    from tests.selling import departure_of, sold

    lumiere = Agency.objects.get(slug="lumiere")
    rule_create(name="Partners only", percent=Decimal(14), channels=["api", "widget"])
    with tenant_context(lumiere):
        order = sold("STAY-LOIRE", adult=2, child=1)
        day = departure_of("STAY-LOIRE").service_date
    membership_grant(email="argent@tnp.example", party="operator", role="finance")
    membership_grant(email="chef@lumiere.example", party="agency", role="admin", agency=lumiere)
    people = {
        "operator-en": ("finance@tnp.example", OPERATOR_HOST),
        "agency-en": ("admin@lumiere.example", "lumiere.localhost"),
        "operator-fr": ("argent@tnp.example", OPERATOR_HOST),
        "agency-fr": ("chef@lumiere.example", "lumiere.localhost"),
    }
    cookies = {
        name: signed_in(email, host).cookies[settings.SESSION_COOKIE_NAME].value
        for name, (email, host) in people.items()
    }
    User.objects.filter(email__in=["argent@tnp.example", "chef@lumiere.example"]).update(
        language="fr"
    )
    return {
        "reference": order.reference,
        "day": day.isoformat(),
        "cookie": settings.SESSION_COOKIE_NAME,
        **cookies,
    }


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_make()))
