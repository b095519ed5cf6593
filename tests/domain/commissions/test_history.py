"""Any day of the past can be asked: versions against a list of who said what from when."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared_apps.catalog.models import Product
from shared_apps.commissions.books import rules_as_of, rules_at
from shared_apps.commissions.change_sets import (
    change_set_publish,
    change_set_undo,
    draft_open,
    rule_draft,
    rule_retire,
)
from shared_apps.commissions.engine import Situation, resolve
from shared_apps.commissions.models import CommissionPolicy, CommissionRule
from tenant_apps.overrides.books import agency_book
from tenant_apps.overrides.models import CommissionOverride
from tenant_apps.overrides.queries import rules_for

DAYS = 6
# Bands of D13, best first, of the rules the histories below are about.
PRECEDENCE = ["boat for ours", "ours", "boat", "everybody"]

steps = st.lists(
    st.tuples(
        st.sampled_from(["change", "change", "retire", "undo"]),
        st.sampled_from(PRECEDENCE),
        st.integers(0, DAYS - 1),
        st.integers(5, 15),
    ),
    max_size=6,
)


class Said:
    """A naive history: for each rule, what was said from which day on, in the order of saying."""

    def __init__(self, today):
        self.today, self.told, self.sets = today, {name: [] for name in PRECEDENCE}, []

    def say(self, name, day, percent):
        self.told[name].append((day, percent))

    def unsay(self, name):
        """Take the last word back, or say the one before it from today."""
        day, _percent = self.told[name][-1]
        if day > self.today:
            self.told[name].pop()
        else:
            before = self.told[name][-2][1] if len(self.told[name]) > 1 else None
            self.say(name, self.today, before)

    def on(self, day):
        found = {}
        for name, words in self.told.items():
            percent = None
            for since, value in words:
                percent = value if since <= day else percent
            if percent is not None:
                found[name] = Decimal(percent)
        return found


class Story:
    """The same steps in the product: two shared rules, two overrides of one agency."""

    def __init__(self, shared, agency, ada, admin, said):
        boat = Product.objects.get(reference="BOAT-DUSK")
        self.shared, self.agency, self.own = shared, agency, agency_book(agency)
        self.people, self.said = {"R": ada, "A": admin}, said
        self.scopes = {"boat": {"product": boat}, "boat for ours": {"product": boat}}
        self.last = []

    def book(self, name):
        return self.own if "ours" in name else self.shared

    def take(self, kind, name, offset, percent):
        day = self.said.today + timedelta(days=offset)
        if "ours" in name:
            with tenant_context(self.agency):
                self._take(kind, name, day, percent)
        else:
            self._take(kind, name, day, percent)

    def _take(self, kind, name, day, percent):
        book = self.book(name)
        model = CommissionOverride if book is self.own else CommissionRule
        rule = model.objects.filter(name=name).exclude(status="draft").order_by("version").last()
        try:
            with transaction.atomic():
                if kind == "undo":
                    self._undo(book, name)
                else:
                    self._publish(book, name, rule, day, None if kind == "retire" else percent)
        except ValidationError as refusal:
            assert self._refused_rightly(kind, name, day, percent), refusal.messages

    def _publish(self, book, name, rule, day, percent):
        author = self.people[book.letter]
        change_set = draft_open(book, author=author)
        if percent is not None:
            changes = {"name": name, "percent": percent, **self.scopes.get(name, {})}
            rule_draft(book, change_set=change_set, rule=rule, changes=changes)
        elif rule is not None:
            rule_retire(book, change_set=change_set, rule=rule)
        published = change_set_publish(
            book,
            change_set=change_set,
            by=author,
            reason="Story",
            applies_from=day,
            accept_findings=True,
        )
        self.said.say(name, day, percent)
        self.last.append((book.letter, name, published))

    def _undo(self, book, name):
        mine = [entry for entry in self.last if entry[:2] == (book.letter, name)]
        if not mine:
            raise ValidationError("nothing to undo")
        change_set_undo(book, change_set=mine[-1][2], by=self.people[book.letter])
        self.said.unsay(name)
        # An undoing is not undone, and what came before it is answered by it already.
        self.last = [entry for entry in self.last if entry[:2] != (book.letter, name)]

    def _refused_rightly(self, kind, name, day, percent):
        """Nothing to undo or retire, nothing new, or a day before the newest version's."""
        words = self.said.told[name]
        if kind == "undo":
            return not [entry for entry in self.last if entry[1] == name]
        present = words[-1][1] if words else None
        same = present == (percent if kind == "change" else None)
        return same or (bool(words) and day < words[-1][0])


@pytest.fixture
def empty_books(shared, today):
    """No rule of the test world, and no notice: the stories are about dates alone."""
    CommissionPolicy.objects.create(notice_days=0, valid_from=today - timedelta(days=1))
    yesterday = today - timedelta(days=1)
    CommissionRule.objects.update(applies_to=yesterday)


@settings(
    max_examples=15,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story_steps=steps)
def test_every_day_answers_what_was_said_for_it_and_the_first_band_wins(
    shared, lumiere, ada, admin, today, empty_books, story_steps
):
    with transaction.atomic():
        said = Said(today)
        story = Story(shared, lumiere, ada, admin, said)
        for step in story_steps:
            story.take(*step)
        for offset in range(DAYS + 1):
            day = today + timedelta(days=offset)
            expected = said.on(day)
            assert standing(story, lumiere, day) == expected
            first = next((name for name in PRECEDENCE if name in expected), None)
            assert winner(lumiere, day) == (first, expected.get(first))
        transaction.set_rollback(True)


def standing(story, agency, day):
    shared = rules_as_of(story.shared, day).values_list("name", "percent")
    with tenant_context(agency):
        own = list(rules_as_of(story.own, day).values_list("name", "percent"))
    return dict([*shared, *own])


def winner(agency, day):
    boat = Product.objects.get(reference="BOAT-DUSK")
    with tenant_context(agency):
        group, rules = rules_for(agency=agency, product_id=boat.pk, currency="EUR", on=day)
    sale = Situation(
        product=boat.reference,
        provider=boat.provider.reference,
        category=boat.category.code,
        agency=agency.slug,
        group=group,
        channel="shop",
        sale_date=day,
        service_date=day,
        currency="EUR",
    )
    found = resolve(sale, [rated.candidate for rated in rules]).winner
    if found is None:
        return (None, None)
    given = {rated.candidate.id: rated.rule for rated in rules}[found.id]
    return (found.label, given.percent)


def test_a_sale_of_this_morning_keeps_the_version_that_stood_this_morning(
    shared, ada, boat_rule, today
):
    before = timezone.now()
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    published = change_set_publish(
        shared, change_set=change_set, by=ada, reason="Now", applies_from=today
    )
    between = timezone.now()
    change_set_undo(shared, change_set=published, by=ada)
    percents = [
        rules_at(shared, moment).get(name="Sunset boat").percent
        for moment in (before, between, timezone.now())
    ]
    assert percents == [Decimal(12), Decimal(14), Decimal(12)]


def test_what_was_withdrawn_before_its_first_day_never_stood(shared, ada, boat_rule, today):
    change_set = draft_open(shared, author=ada)
    rule_draft(shared, change_set=change_set, rule=boat_rule, changes={"percent": 14})
    later = today + timedelta(days=3)
    published = change_set_publish(
        shared, change_set=change_set, by=ada, reason="Soon", applies_from=later
    )
    change_set_undo(shared, change_set=published, by=ada)
    after = timezone.now() + timedelta(days=5)
    assert rules_at(shared, after).get(name="Sunset boat").percent == Decimal(12)
