"""Puts rules, overrides, a request and signed-in people into a running site, from its own process.

    DATABASE_URL=… python -m tests.browser.rules_world

Prints as JSON a session cookie for each door. A browser test may not touch the database itself:
Playwright keeps an event loop in its thread. Names begin with "Browser", so that whatever other
tests leave in the same site is not in the way.
"""

import json
import os
import subprocess
import sys
from decimal import Decimal
from typing import Any

from tests.browser.running_site import Site
from tests.database import ROOT, TEST_ENVIRONMENT

RULES = 40


def rules_world(site: Site) -> dict[str, Any]:
    """Make them in the database of ``site``; answers what the process printed."""
    environment = {
        **os.environ,
        **TEST_ENVIRONMENT,
        "DJANGO_SETTINGS_MODULE": "saas.settings",
        "DATABASE_URL": site.dsn,
    }
    said = subprocess.run(
        [sys.executable, "-m", "tests.browser.rules_world"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        timeout=60,
    )
    return json.loads(said.stdout.splitlines()[-1])


def _make() -> dict[str, Any]:
    from django.conf import settings

    from shared_apps.catalog.models import Category
    from shared_apps.commissions.actions import rule_create
    from shared_apps.identity.actions import membership_grant
    from shared_apps.identity.models import User
    from tenants.models import Agency
    from tests.doors.commissions.books import overrides_published
    from tests.doors.signing_in import OPERATOR_HOST, signed_in

    category = Category.objects.get(code="tasting")
    for number in range(RULES):
        rule = {"percent": Decimal(11), "category": category, "position": number}
        rule_create(name=f"Browser {number:02}", **rule)
    ocean = Agency.objects.get(slug="ocean")
    overrides_published(ocean, {"name": "Browser asks", "percent": Decimal(19)})
    membership_grant(email="regles@tnp.example", party="operator", role="admin", name="Rita")
    membership_grant(email="regles@lumiere.example", party="agency", role="admin",
                     agency=Agency.objects.get(slug="lumiere"), name="Luc")  # fmt: skip
    people = {
        "operator": ("regles@tnp.example", OPERATOR_HOST),
        "agency": ("regles@lumiere.example", "lumiere.localhost"),
    }
    cookies = {
        door: signed_in(email, host).cookies[settings.SESSION_COOKIE_NAME].value
        for door, (email, host) in people.items()
    }
    User.objects.filter(email="regles@lumiere.example").update(language="fr")
    return {"cookie": settings.SESSION_COOKIE_NAME, **cookies}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_make()))
