"""The table of 10,000 commission rules, at both doors: one page after another, as one person asks.

The rules are written once, by SQL, into the bench's own database: half of them name a product, half
a product and a group, so that a sale still reads only its few. A page must come in under
:data:`LIMIT_MS`, with a number of statements that does not depend on the number of rules. Pages are
asked for one at a time: what counts is how long somebody waits, not how many the machine serves.
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench.catalogue import Facts
from bench.ground import Ground
from bench.load import Connection
from bench.report import Row, at_most

RULES = 10_000
LIMIT_MS, MOST_QUERIES, TURNS = 300, 16, 12
OPERATOR, AGENCY = "tnp.localhost", "bench-1.localhost"
EMAIL = "grid@bench.example"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
QUERIES = {
    "first page": "",
    "100 rows": "?per_page=100",
    "sorted, page 40": "?sort=-percent&page=40",
    "filtered by name": "?name=77",
    "filtered by product": "?product=B-000&percent=>9",
    "as of last year": "?as_of=2025-06-30&state=all",
}
WRITE = """
INSERT INTO shared.commissions_commissionrule
    (name, base, percent, fixed, channels, position, status, reason, currency, version, retires,
     created_at, product_id, group_id)
SELECT 'Grid ' || n, 'sale_price', 5 + n %% 10, 0, '{}', n %% 500, 'active', '', '', 1, FALSE,
       now(), p.id, CASE WHEN n > %(rules)s / 2 THEN %(group)s END
FROM generate_series(1, %(rules)s) AS n
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS rank, count(*) OVER () AS products
      FROM shared.catalog_product) p ON p.rank = 1 + n %% p.products
"""


def grid(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """``/commissions/`` of the operator and ``/gestion/commissions/`` of an agency."""
    rules_write()
    doors = {
        "operator": (OPERATOR, "/commissions/", signed_in(OPERATOR)),
        "agency": (AGENCY, "/gestion/commissions/", signed_in(AGENCY)),
    }
    with ground.web() as port:
        for door, (host, path, client) in doors.items():
            cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
            for what, query in QUERIES.items():
                times = waits(port, host, path + query, cookie)
                note = f"slowest {max(times):.0f} ms"
                median = sorted(times)[len(times) // 2]
                yield at_most("grid", f"{door}, {what}", median, "ms", LIMIT_MS, note)
            statements = queries_of(client, path)
            yield at_most("grid", f"{door}, queries of a page", statements, "", MOST_QUERIES)


def rules_write() -> None:
    """Bring the database to :data:`RULES` rules of this part; those of an earlier run stay."""
    from shared_apps.network.actions import group_create
    from shared_apps.network.models import AgencyGroup

    group = AgencyGroup.objects.filter(code="grid").first() or group_create(
        code="grid", name="Grid"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM shared.commissions_commissionrule WHERE name LIKE 'Grid %%'"
        )
        if cursor.fetchone()[0] < RULES:
            cursor.execute(WRITE, {"rules": RULES, "group": group.pk})
            cursor.execute("ANALYZE shared.commissions_commissionrule")


def signed_in(host: str) -> Any:
    """Somebody who may change rules behind ``host``, signed in."""
    from allauth.mfa.models import Authenticator
    from django.test import Client
    from django_tenants.utils import tenant_context

    from shared_apps.identity.actions import membership_grant
    from shared_apps.identity.models import Membership, User
    from tenants.resolution import agency_for_host

    agency = agency_for_host(host)
    party = "agency" if agency else "operator"
    if not Membership.objects.filter(user__email=EMAIL, party=party, ended_at=None).exists():
        membership_grant(email=EMAIL, party=party, role="admin", agency=agency, name="Grid")
    user = User.objects.get(email=EMAIL)
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "JBSWY3DPEHPK3PXP"}}
    )
    client = Client(headers={"host": host})
    if agency is None:
        client.force_login(user, backend=BACKEND)
        return client
    with tenant_context(agency):
        client.force_login(user, backend=BACKEND)
    return client


def waits(port: int, host: str, path: str, cookie: str) -> list[float]:
    """How long each of :data:`TURNS` requests took, one after another, in ms."""
    line = Connection(port)
    request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode()
    found = []
    for turn in range(TURNS + 2):
        started = time.perf_counter()
        status, _body = line.exchange(request)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")
        if turn >= 2:  # the first two warm the processes
            found.append((time.perf_counter() - started) * 1000)
    return found


def queries_of(client: Any, path: str) -> int:
    """Statements of one page once the process is warm, path and role included."""
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _turn in range(3):
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path).status_code
        if status != 200:
            raise RuntimeError(f"{path} answers {status}")
        counts.append(len(captured))
    return min(counts)


if __name__ == "__main__":
    from bench.run import main

    sys.exit(main(["--only", "grid", *sys.argv[1:]]))
