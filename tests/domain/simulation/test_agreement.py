"""The replay in SQL agrees with the pure engines: same winner, same amounts, to the minor unit.

The reference is written from the rules' rows with the engines that sales use, and shares no line
with the SQL: a candidate per row, ``resolve`` per line, ``waterfall_compute`` per unit,
``cost_split`` per line.
"""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.commissions.engine import Candidate, Situation, Status, resolve
from shared_apps.commissions.funding import cost_split, operation_cost
from shared_apps.commissions.models import ChangeSet, CommissionRule
from shared_apps.commissions.queries import rate_of
from shared_apps.identity.models import User
from shared_apps.pricing.money import money_sum, money_zero
from shared_apps.pricing.waterfall import waterfall_compute
from shared_apps.simulation.projection import journal_copy
from shared_apps.simulation.replay import LINES, Sales, sales_replay
from shared_apps.simulation.rulebook import RULES, rules_gather
from tenant_apps.overrides.models import CommissionOverride
from tests.domain.simulation.random_world import RandomWorld

RULE_COUNT, OVERRIDE_COUNT, SALE_COUNT = 60, 12, 120


def candidate_of(row, agency=None):
    """The row as the engine compares it; an operation stops its rules when it may not run."""
    operation = getattr(row, "operation", None)
    spent = operation is not None and operation.budget is not None
    fits = operation is None or operation.status == "running"
    fits = fits or (row.status == "draft" and operation.status == "draft")
    named = agency or getattr(row, "agency", None)
    group = getattr(row, "group", None)
    return Candidate(
        id=row.code,
        position=row.position,
        status=Status.ACTIVE if fits else Status.ARCHIVED,
        product=row.product and row.product.reference,
        provider=row.provider and row.provider.reference,
        category=row.category and row.category.code,
        agency=named and named.slug,
        group=group and group.code,
        operation=operation and operation.code,
        channels=frozenset(row.channels),
        sale_from=row.sale_from,
        sale_to=row.sale_to,
        service_from=row.service_from,
        service_to=row.service_to,
        currency=row.currency or None,
        spent=spent,
    )


def situation_of(sold):
    return Situation(
        product=sold.product.reference,
        provider=sold.product.provider.reference,
        category=sold.category,
        agency=sold.agency.slug,
        group=sold.group,
        channel=sold.channel,
        sale_date=sold.sale_date,
        service_date=sold.service_date,
        currency=sold.currency,
    )


def commission(sold, row):
    """What ``row`` gives on the whole line, through the waterfall that sales go through."""
    if row is None:
        return money_zero(sold.currency)
    rule = rate_of(row, sold.currency)
    return money_sum(
        waterfall_compute(replace(terms, distributor_rule=rule)).commission * count
        for count, terms in sold.units.values()
    )


def expected(sold, book):
    """Winner, commission, what the provider and what the agency fund of it."""
    situation = situation_of(sold)
    offered = {c.id: (c, row) for c, row in book if c.agency in (None, sold.agency.slug)}

    def winner(candidates):
        won = resolve(situation, candidates).winner
        return None if won is None else offered[won.id][1]

    best = winner([c for c, _row in offered.values()])
    given = commission(sold, best)
    operation = getattr(best, "operation", None)
    if operation is None:
        return best and best.code, given.amount, Decimal(0), Decimal(0)
    plain = winner([c for c, _row in offered.values() if c.operation is None])
    percents = (
        operation.operator_percent, operation.provider_percent, operation.agency_percent,
    )  # fmt: skip
    parts = cost_split(operation_cost(given, commission(sold, plain)), percents)
    return best.code, given.amount, parts.provider.amount, parts.agency.amount


def found():
    """The replayed lines by their line id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT u.line_id, p.code, n.code, l.present, l.new, "
            "l.provider_funds_present, l.provider_funds_new, "
            "l.agency_funds_present, l.agency_funds_new "
            f"FROM {LINES} l "
            "JOIN shared.simulation_saleunit u ON u.agency_id = l.agency_id AND u.seq = l.seq "
            f"LEFT JOIN {RULES} p ON p.rank = l.present_rank "
            f"LEFT JOIN {RULES} n ON n.rank = l.new_rank"
        )
        return {
            line: ((code, present, provider, agency), (new_code, new, new_provider, new_agency))
            for line, code, new_code, present, new, provider, new_provider, agency, new_agency
            in cursor.fetchall()
        }  # fmt: skip


def drawn(world, today):
    """Rules, overrides and drafts of a random network; returns the change set."""
    rules = [*CommissionRule.objects.all(), *(world.rule() for _ in range(RULE_COUNT))]
    world.rule(applies_to=today.replace(year=today.year - 1))
    world.rule(applies_from=today.replace(year=today.year + 1))
    world.rule(status="archived")
    for agency in world.agencies:
        for _ in range(OVERRIDE_COUNT):
            world.override(agency)
        world.override(agency, status="pending")
        world.override(agency, status="draft")
    change_set = ChangeSet.objects.create(name="Draft", author=User.objects.first())
    world.drafts(change_set, rules)
    return change_set


def books(world):
    """The pairs of candidate and rule that compete now, and with the drafts in their places."""
    overrides = []
    for agency in world.agencies:
        with tenant_context(agency):
            rows = CommissionOverride.objects.filter(status="active")
            overrides += [
                (candidate_of(row, agency), row)
                for row in rows.select_related("product", "provider", "category")
            ]
    scopes = ("product", "provider", "category", "agency", "group", "operation")
    shared = [
        (candidate_of(row), row) for row in CommissionRule.objects.select_related(*scopes)
        if row.applies_to is None and row.applies_from is None
    ]  # fmt: skip
    drafts = [(c, row) for c, row in shared if row.status == "draft"]
    replaced = {row.series for _c, row in drafts}
    standing = [(c, row) for c, row in shared if row.status == "active"]
    new = [pair for pair in standing if pair[1].pk not in replaced]
    new += [pair for pair in drafts if not pair[1].retires]
    return standing + overrides, new + overrides


@pytest.mark.parametrize("seed", range(6))
def test_the_replay_finds_what_the_pure_engines_find(db, seed):
    today = timezone.localdate()
    world = RandomWorld(seed, today)
    change_set = drawn(world, today)
    sales = [world.sale() for _ in range(SALE_COUNT)]

    list(journal_copy())
    gathered = rules_gather(
        on=today, change_set=change_set.pk, agencies=world.agencies, override_set=None
    )
    list(sales_replay(Sales(min(s.sale_date for s in sales), today, today), gathered))

    present, new = books(world)
    lines = found()
    replayed = [s for s in sales if s.sale_date <= today or s.service_date > today]
    assert len(lines) == len(replayed)
    assert {s.line_id: lines[s.line_id] for s in replayed} == {
        s.line_id: (expected(s, present), expected(s, new)) for s in replayed
    }
    # The world is not a poor one: losers, winners, operations, nobody, and real changes.
    winners = {line[0][0] for line in lines.values()}
    assert len(winners) > 12
    assert any(old[1] != fresh[1] for old, fresh in lines.values())
    assert any(old[2] or old[3] for old, _fresh in lines.values())
