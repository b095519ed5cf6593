"""The demo: made once, unchanged by a second start, topped up on a later day.

One seeded database serves the whole module, because making it takes seconds; the tests run in
order and the last ones move the clock.
"""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import (
    hotp_value,
    validate_totp_code,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.audit.models import AuditEntry
from shared_apps.catalog.actions import product_complete
from shared_apps.catalog.models import Product, Status
from shared_apps.commissions.models import ApprovalRequest, ChangeSet, CommissionRule
from shared_apps.identity.models import User
from shared_apps.inventory.models import Availability, Departure
from shared_apps.inventory.reconcile import stock_differences
from shared_apps.invoices.models import Invoice, Mandate
from shared_apps.journal.models import JournalLine
from shared_apps.journal.verify import journal_verify
from shared_apps.network.queries import payment_means_for, seller_for
from shared_apps.outbox.models import Message
from shared_apps.statements.models import Statement
from tenant_apps.branding.models import Theme
from tenant_apps.office.demo import facts
from tenant_apps.orders.api_keys import api_key_find
from tenant_apps.orders.models import Order
from tenant_apps.overrides.models import CommissionOverride
from tenant_apps.selection.queries import featured_ids, sellable_products
from tenants.models import Agency

WAITING = ["ALS-LUMI-02", "PAR-PATI-02"]


class Seeded:
    """One seeded demo: its file and what the command printed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run()

    def run(self) -> dict:
        """Run the command again; returns the JSON it prints."""
        output = io.StringIO()
        call_command("demo_seed", output=self.path, stdout=output, stderr=io.StringIO())
        self.printed = json.loads(output.getvalue())
        return self.printed


@pytest.fixture(scope="module")
def demo(empty_platform, tmp_path_factory) -> Seeded:
    return Seeded(tmp_path_factory.mktemp("demo") / "demo.json")


def agency(slug: str) -> Agency:
    return Agency.objects.get(slug=slug)


def test_the_whole_catalogue_is_for_sale_but_two_products_that_wait_for_validation(demo):
    by_status = {
        status: sorted(Product.objects.filter(status=status).values_list("reference", flat=True))
        for status in (Status.VALIDATED, Status.SUBMITTED)
    }
    assert len(by_status[Status.VALIDATED]) == 22
    assert by_status[Status.SUBMITTED] == WAITING
    assert Product.objects.count() == 24


def test_every_product_for_sale_has_a_price_a_date_and_a_picture_that_exists(demo):
    shown = Availability.objects.filter(product__status=Status.VALIDATED)
    assert not shown.filter(price_from=None).exists()
    assert shown.filter(next_on__gte=timezone.localdate()).count() == 22
    pictures = Path("themes/base/static/pictures")
    for product in Product.objects.prefetch_related("media"):
        names = [one.picture for one in product.media.all() if one.picture]
        assert names
        assert all((pictures / name).is_file() for name in names)


def test_some_departures_are_nearly_full_and_some_are_discounted(demo):
    assert Departure.objects.filter(capacity__lte=3).exists()
    discounted = Availability.objects.filter(listed_from__gt=0).exclude(price_from=None)
    assert any(one.listed_from > one.price_from for one in discounted)


def test_three_agencies_look_different_and_sell_what_is_validated(demo):
    looks = set()
    for slug in ("lumiere", "ocean", "albion"):
        with tenant_context(agency(slug)):
            theme = Theme.objects.get()
            assert sellable_products(agency(slug)).count() == 22
            assert len(featured_ids()) == 6
            assert set(theme.tagline) == {"fr", "en"}
        looks.add((theme.hero_layout, theme.header_layout, theme.card_layout))
        looks.add((theme.heading_font, theme.primary, theme.radius))
    assert len(looks) == 6


def test_each_agency_may_collect_as_agreed(demo):
    means = {slug: payment_means_for(agency(slug)) for slug in ("lumiere", "ocean", "albion")}
    assert means == {
        "lumiere": ("card", "cash"),
        "ocean": ("card", "transfer"),
        "albion": ("card",),
    }
    assert (agency("albion").country, agency("albion").language) == ("GB", "en")


def test_the_receptive_agency_sells_its_own_products_under_its_own_liability(demo):
    own = Product.objects.get(reference="BRE-VOIL-01")
    today = timezone.localdate()
    assert seller_for(agency=agency("ocean"), product=own, on=today).legal_name == (
        "Océan Réceptif SARL"
    )
    assert seller_for(agency=agency("lumiere"), product=own, on=today).legal_name == "TNP SAS"


def test_there_is_a_commission_rule_of_every_kind(demo):
    rules = CommissionRule.objects
    assert rules.filter(product=None, group=None, category=None, operation=None).count() == 1
    assert rules.filter(group__isnull=False).exists()
    assert rules.filter(product__isnull=False).exists()
    assert rules.filter(operation__isnull=False).exists()
    with tenant_context(agency("lumiere")):
        assert CommissionOverride.objects.filter(status="active").count() == 1


def test_the_printed_sign_ins_open_the_accounts(demo):
    people = [*demo.printed["operator"]["users"]]
    for place in demo.printed["agencies"]:
        people += place["users"]
    for person in (people[0], people[-1]):
        assert check_password(person["password"], User.objects.get(email=person["email"]).password)
    assert len({person["password"] for person in people}) == len(people) == 9


def test_the_printed_second_factor_is_the_accounts(demo):
    person = demo.printed["operator"]["users"][0]
    stored = User.objects.get(email=person["email"]).authenticator_set.get(type="totp")
    counter = next(iter(yield_hotp_counters_from_time()))
    code = f"{hotp_value(person['otp_secret'], counter):06}"
    assert validate_totp_code(stored.data["secret"], code)
    assert [len(one["codes"]) for one in demo.printed["recovery_codes"]] == [10, 10, 10]


def test_each_printed_api_key_opens_its_own_agency_and_no_other(demo):
    keys = {place["slug"]: place["api_key"] for place in demo.printed["agencies"]}
    for slug in keys:
        with tenant_context(agency(slug)):
            assert [other for other, key in keys.items() if api_key_find(key)] == [slug]


def test_the_file_is_for_its_owner_only_and_says_what_was_printed(demo):
    assert json.loads(demo.path.read_text()) == demo.printed
    assert demo.path.stat().st_mode & 0o077 == 0


def test_some_sales_stand_in_the_journal_with_shares_that_add_up(demo):
    for slug, orders in (("lumiere", 36 + 4), ("ocean", 24 + 3), ("albion", 18)):
        with tenant_context(agency(slug)):
            assert Order.objects.count() == orders
        assert journal_verify(agency(slug)).errors == ()
    lines = JournalLine.objects.filter(kind="sale")
    assert lines.count() == 36 + 4 + 24 + 3 + 18
    for line in lines:
        shares = line.provider_share + line.agency_share + line.operator_share
        assert line.customer_pays == shares
    own = lines.filter(product__reference="BRE-VOIL-01", agency=agency("ocean"))
    assert {line.seller.agency for line in own} == {agency("ocean")}
    assert stock_differences() == []


def test_the_past_reaches_back_three_months_and_writes_to_nobody(demo):
    sales = JournalLine.objects.filter(kind="sale", service_date__lt=timezone.localdate())
    first = sales.order_by("occurred_at")[0].occurred_at
    assert timedelta(days=80) < timezone.now() - first <= timedelta(days=101)
    assert sales.count() == 36 + 24 + 18
    assert JournalLine.objects.filter(kind="cancellation").exists()
    past = Message.objects.filter(created_at__lt=timezone.now() - timedelta(days=2))
    assert past.exists()
    assert not past.exclude(state="delivered").exists()


def test_two_months_are_settled_and_every_office_has_something_to_do(demo):
    of_agencies = Statement.objects.filter(party="agency")
    assert set(of_agencies.values_list("status", flat=True)) == {"paid", "issued", "disputed"}
    disputed = of_agencies.get(status="disputed")
    assert (disputed.agency.slug, disputed.lines.filter(state="disputed").count()) == ("lumiere", 1)
    assert Invoice.objects.count() == 2
    assert [m.agency.slug for m in Mandate.objects.filter(accepted_at=None)] == ["albion"]
    assert ApprovalRequest.objects.get().status == "waiting"
    assert ChangeSet.objects.get(status="draft").rules.get().percent == 9


def test_a_second_start_changes_nothing_and_keeps_what_others_wrote_in_the_file(demo):
    before = demo.printed
    demo.path.write_text(json.dumps({**before, "sandbox": {"mail": "http://127.0.0.1:1"}}))
    entries = AuditEntry.objects.count()
    assert demo.run() == before
    assert AuditEntry.objects.count() == entries
    assert json.loads(demo.path.read_text())["sandbox"] == {"mail": "http://127.0.0.1:1"}


def test_what_somebody_changed_in_the_demo_stays(demo):
    product = Product.objects.get(reference="LOI-GABA-02")
    product_complete(product=product, titles={"fr": "Essai"})
    with tenant_context(agency("lumiere")):
        Theme.objects.update(primary="#111111")
    demo.run()
    product.refresh_from_db()
    assert product.titles == {"fr": "Essai"}
    with tenant_context(agency("lumiere")):
        assert Theme.objects.get().primary == "#111111"


def test_a_lost_file_gives_new_sign_ins_that_work(demo):
    old = demo.printed["operator"]["users"][0]
    demo.path.unlink()
    new = demo.run()["operator"]["users"][0]
    assert new["password"] != old["password"]
    assert new["otp_secret"] != old["otp_secret"]
    assert check_password(new["password"], User.objects.get(email=new["email"]).password)


def test_a_run_a_month_later_tops_up_departures_and_keeps_a_discount_running(demo, monkeypatch):
    last = Availability.objects.get(product__reference="LOI-CHAT-03").last_on
    later = timezone.localdate() + timedelta(days=30)
    monkeypatch.setattr(facts.timezone, "localdate", lambda: later)
    before = Departure.objects.count()

    demo.run()

    assert Departure.objects.count() > before
    assert Availability.objects.get(product__reference="LOI-CHAT-03").last_on > last
    stay = Product.objects.get(reference="LOI-VELO-01")
    running = stay.departures.filter(discount_from__lte=later, discount_to__gte=later)
    assert running.exists()
