"""Puts sales, a draft change set and a signed-in person into a running site, from a process of
its own.

    DATABASE_URL=… python -m tests.browser.simulation_world

Prints as JSON the draft's key and a session cookie. A browser test may not touch the database
itself: Playwright keeps an event loop in its thread.
"""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

from tests.browser.running_site import Site
from tests.database import ROOT, TEST_ENVIRONMENT

PERSON = "rates@tnp.example"


def simulation_world(site: Site) -> dict[str, Any]:
    """Make it in the database of ``site``; answers what the process printed."""
    environment = {
        **os.environ,
        **TEST_ENVIRONMENT,
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "DATABASE_URL": site.dsn,
    }
    said = subprocess.run(
        [sys.executable, "-m", "tests.browser.simulation_world"],
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

    from shared_apps.commissions.models import ChangeSet, CommissionRule
    from shared_apps.identity.actions import membership_grant
    from shared_apps.identity.models import User
    from shared_apps.network.models import Agreement
    from shared_apps.simulation.models import SimulationRun
    from tenants.models import Agency
    from tests.doors.signing_in import OPERATOR_HOST, signed_in
    from tests.selling import sold

    Agreement.objects.update(payment_means=["card", "cash", "transfer"])
    for agency in Agency.objects.all():
        with tenant_context(agency):
            sold("STAY-LOIRE", adult=2, child=1)
            sold("BOAT-DUSK", adult=2)
    membership_grant(email=PERSON, party="operator", role="admin", name="Rita")
    author = User.objects.get(email=PERSON)
    drafts = ChangeSet.objects.create(name="Autumn rates", author=author)
    boat = CommissionRule.objects.get(name="Sunset boat")
    west = CommissionRule.objects.get(name="Western network")
    for rule, percent in ((boat, 9), (west, 17)):
        CommissionRule.objects.create(
            name=rule.name,
            percent=Decimal(percent),
            product=rule.product,
            group=rule.group,
            series=rule.pk,
            version=2,
            change_set=drafts,
        )
    waiting = SimulationRun.objects.create(
        author=author,
        change_set=drafts,
        name=drafts.name,
        period_from="2026-01-01",
        period_to="2026-03-31",
        status="running",
        step="replay",
        progress=63,
    )
    client = signed_in(PERSON, OPERATOR_HOST)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"session": session, "drafts": drafts.pk, "waiting": waiting.pk}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_make()))
