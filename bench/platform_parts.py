"""What the platform itself costs: tenancy, making agencies, a fleet with nothing to do."""

import io
import statistics
import time
from collections.abc import Iterator

from bench.catalogue import AGENCIES, Facts
from bench.ground import Ground
from bench.load import asking, drive, get
from bench.report import Row, at_most

FLEET = 500
CREATIONS = 20
ROUNDS = 12


def tenancy(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """The trivial view, plain and behind the tenancy, in turns so that both meet the same noise."""
    hosts = [f"bench-{number}.localhost" for number in range(1, AGENCIES + 1)]
    requests = [get(host, "/brand/") for host in hosts]
    plain, tenant, ratios = [], [], []
    application = "bench.trivial.wsgi:application"
    with (
        ground.web("bench.trivial.plain_settings", application) as plain_port,
        ground.web("bench.trivial.tenancy_settings", application) as tenant_port,
    ):
        for port in (plain_port, tenant_port):
            drive(port, asking(requests), 1)
        for _ in range(ROUNDS):
            one = drive(plain_port, asking(requests), seconds / ROUNDS)
            other = drive(tenant_port, asking(requests), seconds / ROUNDS)
            assert not one.failures, one.failures
            assert not other.failures, other.failures
            plain.append(one)
            tenant.append(other)
            ratios.append(one.rate / other.rate)
    rate = statistics.median(outcome.rate for outcome in plain)
    p95 = statistics.median(outcome.percentile(0.95) for outcome in plain)
    yield Row("tenancy", "trivial Django view", rate, "req/s", ratio=1.0, note=f"p95 {p95:.1f} ms")
    rate = statistics.median(outcome.rate for outcome in tenant)
    p95 = statistics.median(outcome.percentile(0.95) for outcome in tenant)
    yield Row(
        "tenancy",
        "the same view, with tenancy",
        rate,
        "req/s",
        ratio=statistics.median(ratios),
        note=f"p95 {p95:.1f} ms",
    )
    yield at_most("tenancy", "cost of tenancy", statistics.median(ratios), "", 1.25)


def creation(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """Opening agencies as the operator page does: schema, role, brand, selection, invitation."""
    from tenant_apps.office.opening import agency_open
    from tenants.models import Agency

    first = Agency.objects.filter(slug__startswith="opened-").count()
    times = []
    for number in range(first, first + CREATIONS):
        started = time.perf_counter()
        agency_open(name="Opened", slug=f"opened-{number}", admin_email=f"a{number}@opened.example")
        times.append(time.perf_counter() - started)
    note = f"{CREATIONS} agencies, {Agency.objects.count()} in all, slowest {max(times):.2f} s"
    yield at_most("creation", "one agency, live", statistics.median(times), "s", 1.0, note)


def fleet(ground: Ground, facts: Facts, seconds: float) -> Iterator[Row]:
    """``agencies_migrate`` with nothing to do, for 500 agencies."""
    from django.core.management import call_command

    from tenants.models import Agency
    from tenants.provisioning import agency_create

    missing = FLEET - Agency.objects.count()
    started = time.perf_counter()
    for number in range(missing):
        agency_create(agency=Agency(slug=f"fleet-{time.time_ns():x}", name=f"Fleet {number}"))
    if missing > 0:
        each = (time.perf_counter() - started) / missing
        yield Row("fleet", "agency without furniture", each, "s", note=f"{missing} made")
    times = []
    for _ in range(3):
        started = time.perf_counter()
        call_command("agencies_migrate", stdout=io.StringIO())
        times.append(time.perf_counter() - started)
    note = f"{Agency.objects.count()} agencies"
    yield at_most("fleet", "nothing to do", statistics.median(times), "s", 5.0, note)
