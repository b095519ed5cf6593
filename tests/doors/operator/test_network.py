"""The operator edits what agencies are granted: agreement, list, group, sellers of record."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shared_apps.audit.models import AuditEntry
from shared_apps.network.models import (
    AgencyGroup,
    Agreement,
    AuthorisedProduct,
    GroupMembership,
    SellerIdentity,
)
from shared_apps.network.queries import authorised_products, group_of, seller_for
from tests.doors.signing_in import OPERATOR_HOST, signed_in, visitor

AGREEMENT = "/reseau/lumiere/accord/"
PAGES = [
    "/reseau/groupes/",
    "/reseau/vendeur/",
    AGREEMENT,
    "/reseau/lumiere/catalogue/",
    "/reseau/lumiere/groupe/",
    "/reseau/lumiere/vendeur/",
]


@pytest.fixture
def admin(db):
    """The operator's administrator."""
    return signed_in("admin@tnp.example", OPERATOR_HOST)


def today():
    return timezone.localdate()


def _fields(agreement, **changes):
    """What the agreement's form sends when nothing is touched but ``changes``."""
    fields = {
        "version": agreement.version,
        "catalogue": agreement.catalogue,
        "payment_means": agreement.payment_means,
        "markup_min": agreement.markup_min,
        "markup_max": agreement.markup_max,
        "commission_min": agreement.commission_min,
        "commission_max": agreement.commission_max,
        "trained_on": timezone.localdate(agreement.trained_at),
    }
    for box in ("collects", "own_liability", "sees_purchase_price"):
        if getattr(agreement, box):
            fields[box] = "on"
    fields |= changes
    return {name: value for name, value in fields.items() if value != ""}


def _agreement(slug="lumiere"):
    return Agreement.objects.get(agency__slug=slug)


def test_the_agreement_is_changed_and_the_audit_names_only_what_changed(admin):
    before, others = _agreement(), _agreement("ocean")
    sent = _fields(before, markup_max="12.5", payment_means=["card"], sees_purchase_price="on")
    assert admin.post(AGREEMENT, sent)["Location"] == "/agences/lumiere/"
    after = _agreement()
    assert (after.markup_max, after.payment_means) == (Decimal("12.5"), ["card"])
    assert after.sees_purchase_price
    assert (after.trained_at, after.trained_by) == (before.trained_at, before.trained_by)
    entry = AuditEntry.objects.filter(verb="agreement_set").first()
    assert entry.actor_label == "Ada"
    assert entry.before == {
        "markup_max": "10.0000",
        "payment_means": ["card", "cash"],
        "sees_purchase_price": False,
    }
    assert entry.after == {
        "markup_max": "12.5",
        "payment_means": ["card"],
        "sees_purchase_price": True,
    }
    assert _agreement("ocean").updated_at == others.updated_at


def test_saving_without_a_change_writes_nothing(admin):
    before, entries = _agreement(), AuditEntry.objects.count()
    assert admin.post(AGREEMENT, _fields(before)).status_code == 302
    assert _agreement().version == before.version
    assert AuditEntry.objects.count() == entries


def test_a_second_editor_sees_both_versions_in_words_and_overwrites_nothing(admin):
    seen = _agreement()
    admin.post(AGREEMENT, _fields(seen, payment_means=["card"], markup_max="5"))
    answer = admin.post(AGREEMENT, _fields(seen, markup_max="7", collects=""))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Last change: Ada" in page
    assert "<td>7 %</td><td>5 %</td>" in page
    assert "<td>Card, Cash</td><td>Card</td>" in page
    assert "<td>No</td><td>Yes</td>" in page
    now = _agreement()
    assert (now.markup_max, now.collects, now.version) == (5, True, seen.version + 1)
    assert f'name="version" value="{now.version}"' in page
    assert admin.post(AGREEMENT, _fields(now, markup_max="7")).status_code == 302
    assert _agreement().markup_max == 7


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"markup_min": "11"}, "upper bound is below"),
        ({"commission_max": "101"}, "less than or equal to 100"),
        ({"payment_means": ["cheque"]}, "not one of the available choices"),
        ({"trained_on": "2990-01-01"}, "has not come yet"),
        ({"markup_max": "-1"}, "greater than or equal to 0"),
        ({"catalogue": "none"}, "not one of the available choices"),
    ],
)
def test_an_agreement_that_makes_no_sense_is_refused_in_words(admin, changes, said):
    before = _agreement()
    answer = admin.post(AGREEMENT, _fields(before, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert _agreement().version == before.version


def test_a_training_day_is_noted_with_who_noted_it(admin):
    day = today() - timedelta(days=3)
    admin.post(AGREEMENT, _fields(_agreement(), trained_on=day.isoformat()))
    noted = _agreement()
    assert timezone.localdate(noted.trained_at) == day
    assert str(noted.trained_by) == "Ada"
    admin.post(AGREEMENT, _fields(noted, trained_on=""))
    assert (_agreement().trained_at, _agreement().trained_by) == (None, None)


def test_a_listed_catalogue_holds_what_was_added_and_nothing_else(admin, lumiere, ocean):
    admin.post(AGREEMENT, _fields(_agreement(), catalogue="listed"))
    assert not authorised_products(lumiere).exists()
    added = admin.post("/reseau/lumiere/catalogue/", {"references": "BOAT-DUSK, FERRY-DAY\nX-1"})
    assert added.status_code == 422
    assert "No product is called X-1." in added.content.decode()
    admin.post("/reseau/lumiere/catalogue/", {"references": "BOAT-DUSK,\nFERRY-DAY"})
    listed = authorised_products(lumiere).values_list("reference", flat=True)
    assert sorted(listed) == ["BOAT-DUSK", "FERRY-DAY"]
    assert "BOAT-DUSK" in admin.get("/reseau/lumiere/catalogue/").content.decode()
    row = AuthorisedProduct.objects.get(product__reference="BOAT-DUSK")
    admin.post("/reseau/lumiere/catalogue/", {"product": [row.product_id, "x"]})
    assert [p.reference for p in authorised_products(lumiere)] == ["FERRY-DAY"]
    gone = AuditEntry.objects.filter(verb="products_unauthorise").get()
    assert gone.before == {"products": ["BOAT-DUSK"]}
    assert authorised_products(ocean).count() == 5


def test_a_group_is_made_joined_and_left_with_dates(admin, lumiere, ocean):
    assert admin.post("/reseau/groupes/", {"name": "Sud", "code": "sud"}).status_code == 302
    south = AgencyGroup.objects.get(code="sud")
    assert admin.post("/reseau/groupes/", {"name": "Sud", "code": "sud"}).status_code == 422
    assert ">Sud</a>" in admin.get("/reseau/groupes/").content.decode()

    soon = today() + timedelta(days=10)
    join = {"group": south.pk, "on": soon.isoformat()}
    assert admin.post("/reseau/ocean/groupe/", join)["Location"] == "/agences/ocean/"
    assert group_of(ocean, soon - timedelta(days=1)).code == "ouest"
    assert group_of(ocean, soon).code == "sud"
    west = GroupMembership.objects.get(agency=ocean, group__code="ouest")
    assert west.valid_to == soon - timedelta(days=1)

    early = admin.post("/reseau/ocean/groupe/", {"group": "", "on": today().isoformat()})
    assert early.status_code == 422
    later = soon + timedelta(days=5)
    admin.post("/reseau/ocean/groupe/", {"group": "", "on": later.isoformat()})
    assert group_of(ocean, later) is None
    assert group_of(ocean, later - timedelta(days=1)).code == "sud"
    assert group_of(lumiere, soon) is None


def test_nobody_joins_a_group_in_the_past(admin, ocean):
    west = AgencyGroup.objects.get(code="ouest")
    yesterday = (today() - timedelta(days=1)).isoformat()
    answer = admin.post("/reseau/lumiere/groupe/", {"group": west.pk, "on": yesterday})
    assert answer.status_code == 422
    assert "today or a later day" in answer.content.decode()


def _evidence(seller, **changes):
    names = [field.name for field in seller._meta.fields]
    skipped = {"id", "agency", "approved_by", "approved_at"}
    fields = {name: getattr(seller, name) for name in names if name not in skipped}
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def test_new_evidence_is_added_approved_and_the_former_stays_as_it_was(admin, ocean):
    former = SellerIdentity.objects.get(agency=ocean)
    before = SellerIdentity.objects.values().get(pk=former.pk)
    sent = _evidence(
        former,
        guarantor_name="Garantie Nouvelle",
        valid_from=today(),
        valid_to=today() + timedelta(days=365),
    )
    assert admin.post("/reseau/ocean/vendeur/", sent)["Location"] == "/reseau/ocean/vendeur/"
    new = SellerIdentity.objects.exclude(pk=former.pk).get(agency=ocean)
    kayak = authorised_products(ocean).get(reference="KAYAK-SEA")
    assert seller_for(agency=ocean, product=kayak, on=today()).pk == former.pk

    admin.post(f"/reseau/ocean/vendeur/{new.pk}/approuver/")
    new.refresh_from_db()
    assert (str(new.approved_by), new.guarantor_name) == ("Ada", "Garantie Nouvelle")
    assert seller_for(agency=ocean, product=kayak, on=today()).pk == new.pk
    assert SellerIdentity.objects.values().get(pk=former.pk) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"guarantor_name": ""}, "This field is required."),
        ({"mediator_url": "nowhere"}, "Enter a valid URL."),
        ({"valid_to": "2020-01-01"}, "The end is before the beginning."),
    ],
)
def test_evidence_that_is_incomplete_is_refused(admin, ocean, changes, said):
    former = SellerIdentity.objects.get(agency=ocean)
    answer = admin.post("/reseau/ocean/vendeur/", _evidence(former, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert SellerIdentity.objects.filter(agency=ocean).count() == 1


def test_the_operator_notes_its_own_evidence_too(admin, lumiere):
    own = SellerIdentity.objects.get(agency=None)
    sent = _evidence(own, valid_from=today(), insurer_name="Assurance Nouvelle")
    assert admin.post("/reseau/vendeur/", sent)["Location"] == "/reseau/vendeur/"
    chosen = seller_for(agency=lumiere, product=None, on=today())
    assert chosen.insurer_name == "Assurance Nouvelle"


def test_evidence_of_one_agency_is_not_approved_in_the_name_of_another(admin, ocean):
    row = SellerIdentity.objects.get(agency=ocean)
    assert admin.post(f"/reseau/lumiere/vendeur/{row.pk}/approuver/").status_code == 404


@pytest.mark.parametrize("email", ["finance@tnp.example", "admin@ocean.example"])
def test_nobody_but_the_operators_administrator_opens_these_pages(db, email):
    client = signed_in(email, OPERATOR_HOST)
    for page in PAGES:
        assert client.get(page).status_code == 403, page
        assert client.post(page, {}).status_code == 403, page
    assert visitor(OPERATOR_HOST).get(AGREEMENT).status_code == 302
    file = client.get("/agences/lumiere/").content.decode()
    assert "/reseau/lumiere/accord/" not in file


def test_the_agencys_page_leads_to_each_of_them(admin):
    page = admin.get("/agences/lumiere/").content.decode()
    for address in ("accord", "groupe", "vendeur"):
        assert f'href="/reseau/lumiere/{address}/"' in page
    for address in PAGES:
        assert admin.get(address).status_code == 200, address
    assert admin.get("/reseau/nobody/accord/").status_code == 404
