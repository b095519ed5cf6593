"""The agency's office: orders, selection, brand, keys; the other agency sees nothing of it."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tenants.utils import tenant_context
from PIL import Image

from shared_apps.audit.models import AuditEntry
from shared_apps.journal.models import JournalLine
from shared_apps.network.models import Agreement
from tenant_apps.branding.actions import brand_current
from tenant_apps.branding.forms import BrandForm
from tenant_apps.branding.models import Theme
from tenant_apps.orders.api_keys import api_key_find
from tenant_apps.orders.models import ApiKey, Order
from tenant_apps.selection.models import SelectedProduct
from tests.doors.signing_in import signed_in
from tests.selling import accepted, held, sold

LUMIERE = "lumiere.localhost"


@pytest.fixture
def admin(lumiere):
    """Lumière's administrator, signed in."""
    return signed_in("admin@lumiere.example", LUMIERE)


@pytest.fixture
def stranger(ocean):
    """Océan's administrator, signed in at home."""
    return signed_in("admin@ocean.example", "ocean.localhost")


@pytest.fixture
def sale(lumiere):
    """A confirmed order of Lumière."""
    with tenant_context(lumiere):
        return sold("BOAT-DUSK", adult=2)


@pytest.fixture
def hold(lumiere):
    """An order of Lumière whose terms are accepted and which nobody has paid."""
    with tenant_context(lumiere):
        return accepted(held("BOAT-DUSK", adult=1))


def _brand(lumiere, **changes):
    with tenant_context(lumiere):
        theme = brand_current()
        return {**BrandForm.values_of(theme), "version": theme.version, **changes}


def _png(size=(40, 20)):
    out = io.BytesIO()
    Image.new("RGBA", size, "#0b5563").save(out, "PNG")
    return SimpleUploadedFile("logo.png", out.getvalue(), content_type="image/png")


def test_an_order_is_listed_and_shown_at_home_only(admin, stranger, sale):
    path = f"/gestion/commandes/{sale.reference}/"
    assert sale.reference in admin.get("/gestion/commandes/").content.decode()
    assert admin.get(path).status_code == 200
    assert sale.reference not in stranger.get("/gestion/commandes/").content.decode()
    assert stranger.get(path).status_code == 404
    assert sale.reference not in stranger.get("/gestion/audit/").content.decode()
    found = stranger.get(f"/gestion/recherche/?q={sale.reference[-6:]}").content.decode()
    assert f"commandes/{sale.reference}" not in found


def test_another_agency_can_neither_cancel_nor_collect(stranger, lumiere, hold):
    for verb in ("annuler", "encaisser"):
        answer = stranger.post(
            f"/gestion/commandes/{hold.reference}/{verb}/", {"reason": "x", "means": "transfer"}
        )
        assert answer.status_code == 404
    with tenant_context(lumiere):
        assert Order.objects.get(pk=hold.pk).status == "hold"


def test_what_the_network_buys_at_is_shown_only_when_the_agreement_says_so(admin, sale, lumiere):
    path = f"/gestion/commandes/{sale.reference}/"
    hidden = admin.get(path).content.decode()
    assert "€4.08" in hidden
    assert "€28.90" not in hidden
    assert "Purchase price" not in hidden
    Agreement.objects.filter(agency=lumiere).update(sees_purchase_price=True)
    assert "€28.90" in admin.get(path).content.decode()


def test_cash_is_noted_with_a_receipt_and_confirms_the_order(admin, lumiere, hold):
    path = f"/gestion/commandes/{hold.reference}/"
    answer = admin.post(f"{path}encaisser/", {"means": "cash"}, follow=True)
    assert "Receipt R" in answer.content.decode()
    with tenant_context(lumiere):
        assert Order.objects.get(pk=hold.pk).status == "confirmed"
    kinds = JournalLine.objects.filter(order_reference=hold.reference).values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["payment", "sale"]


@pytest.mark.parametrize("means", ["transfer", "card", "gold", ""])
def test_a_means_that_was_not_granted_is_neither_offered_nor_taken(admin, lumiere, hold, means):
    path = f"/gestion/commandes/{hold.reference}/"
    assert f'value="{means or "none"}"' not in admin.get(path).content.decode()
    admin.post(f"{path}encaisser/", {"means": means})
    with tenant_context(lumiere):
        assert Order.objects.get(pk=hold.pk).status == "hold"


def test_an_agency_that_does_not_collect_is_offered_no_payment(admin, lumiere, hold):
    Agreement.objects.filter(agency=lumiere).update(collects=False)
    path = f"/gestion/commandes/{hold.reference}/"
    assert "Take payment" not in admin.get(path).content.decode()
    admin.post(f"{path}encaisser/", {"means": "cash"})
    with tenant_context(lumiere):
        assert Order.objects.get(pk=hold.pk).status == "hold"


def test_a_cancellation_needs_a_reason_and_keeps_it(admin, lumiere, sale):
    path = f"/gestion/commandes/{sale.reference}/"
    admin.post(f"{path}annuler/", {"reason": "  "})
    with tenant_context(lumiere):
        assert Order.objects.get(pk=sale.pk).status == "confirmed"
    admin.post(f"{path}annuler/", {"reason": "The customer is ill"})
    with tenant_context(lumiere):
        order = Order.objects.get(pk=sale.pk)
        assert (order.status, order.cancel_reason) == ("cancelled", "The customer is ill")
    entry = AuditEntry.objects.get(verb="order.cancel", object_id=str(sale.pk))
    assert entry.actor_label == "admin@lumiere.example"


def test_only_rows_of_the_page_change_and_only_if_ticked_differently(admin, lumiere):
    form = {
        "shown": ["BOAT-DUSK", "FERRY-DAY"],
        "sell": ["FERRY-DAY"],
        "featured": ["FERRY-DAY"],
    }
    answer = admin.post("/gestion/selection/", form, follow=True)
    assert "Saved: 2 changes." in answer.content.decode()
    with tenant_context(lumiere):
        left = {s.product.reference: s.featured for s in SelectedProduct.objects.all()}
    assert left == {"FERRY-DAY": True, "STAY-LOIRE": False, "KAYAK-SEA": False}


def test_a_product_outside_the_authorised_set_is_neither_shown_nor_taken(admin, lumiere):
    form = {"shown": ["MUSEUM-NEW"], "sell": ["MUSEUM-NEW"]}
    admin.post("/gestion/selection/", form)
    assert "MUSEUM-NEW" not in admin.get("/gestion/selection/").content.decode()
    with tenant_context(lumiere):
        assert not SelectedProduct.objects.filter(product__reference="MUSEUM-NEW").exists()


def test_the_selection_of_one_agency_is_not_that_of_the_other(admin, lumiere, ocean):
    admin.post("/gestion/selection/", {"shown": ["BOAT-DUSK"], "sell": []})
    with tenant_context(ocean):
        assert SelectedProduct.objects.filter(product__reference="BOAT-DUSK").exists()


def test_a_readable_brand_is_saved_and_audited(admin, lumiere):
    form = _brand(lumiere, primary="#14532D", tagline_fr="Partez mieux")
    assert admin.post("/gestion/marque/", form).status_code == 302
    with tenant_context(lumiere):
        theme = Theme.objects.get()
        assert (theme.primary, theme.tagline) == ("#14532d", {"fr": "Partez mieux"})
    entry = AuditEntry.objects.get(verb="brand.change")
    assert entry.after["primary"] == "#14532d"


def test_a_brand_that_cannot_be_read_is_refused_with_the_pairs_named(admin, lumiere):
    form = _brand(lumiere, primary="#d9d9d9")
    answer = admin.post("/gestion/marque/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "cannot be read well enough" in page
    assert "main colour on page background" in page
    with tenant_context(lumiere):
        assert Theme.objects.get().primary != "#d9d9d9"


def test_the_contrast_report_judges_what_is_typed_and_saves_nothing(admin, lumiere):
    form = _brand(lumiere, primary="#d9d9d9")
    page = admin.post("/gestion/marque/contraste/", form).content.decode()
    assert "too weak" in page
    assert "<html" not in page
    with tenant_context(lumiere):
        assert Theme.objects.get().version == 1
    broken = admin.post("/gestion/marque/contraste/", {**form, "primary": "red;}"})
    assert broken.status_code == 200


def test_two_people_at_the_brand_compare_before_one_overwrites(admin, lumiere):
    first, second = _brand(lumiere, radius="4"), _brand(lumiere, radius="20")
    admin.post("/gestion/marque/", first)
    answer = admin.post("/gestion/marque/", second)
    assert answer.status_code == 409
    assert "What stands there now" in answer.content.decode()
    with tenant_context(lumiere):
        assert Theme.objects.get().radius == 4


def test_a_logo_is_written_anew_under_the_agencys_own_prefix(admin, lumiere, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    answer = admin.post("/gestion/marque/", {**_brand(lumiere), "logo": _png()})
    assert answer.status_code == 302
    (stored,) = tmp_path.rglob("*.png")
    assert stored.relative_to(tmp_path).parts[0] == "agency_lumiere"
    assert Image.open(stored).format == "PNG"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "can carry scripts"),
        (b"GIF89a" + b"\0" * 40, "not a PNG, JPEG or WebP"),
        (b"<?php echo 1; ?>", "not a PNG, JPEG or WebP"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "not a PNG, JPEG or WebP"),
        (b"\x89PNG" + b"x" * 700_000, "larger than 600 kB"),
    ],
)
def test_a_file_that_is_not_a_picture_is_refused_whatever_its_name(
    admin, lumiere, content, said, settings, tmp_path
):
    settings.MEDIA_ROOT = str(tmp_path)
    file = SimpleUploadedFile("logo.png", content, content_type="image/png")
    answer = admin.post("/gestion/marque/", {**_brand(lumiere), "logo": file})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not list(tmp_path.rglob("*.*"))


def test_contact_is_the_agencys_and_the_seller_block_is_not(admin, lumiere):
    with tenant_context(lumiere):
        version = brand_current().version
    form = {
        "version": version,
        "contact_email": "hello@lumiere.example",
        "contact_phone": "+33 2 40 00 00 00",
        "contact_address": "1 rue X",
        "guarantor_name": "Nobody",
    }
    assert admin.post("/gestion/contact/", form).status_code == 302
    page = admin.get("/gestion/contact/").content.decode()
    assert "hello@lumiere.example" in page
    assert "Garantie Test" in page
    assert "Nobody" not in page


def test_a_key_is_shown_once_and_works_until_it_is_revoked(admin, lumiere):
    page = admin.post("/gestion/cles/", {"name": "Partner"}).content.decode()
    clear = page.partition('id="new-key">')[2].partition("<")[0]
    assert clear.startswith("ak_")
    assert clear not in admin.get("/gestion/cles/").content.decode()
    with tenant_context(lumiere):
        key = api_key_find(clear)
        assert key.name == "Partner"
    admin.post(f"/gestion/cles/{key.pk}/revoquer/")
    with tenant_context(lumiere):
        assert api_key_find(clear) is None
        assert ApiKey.objects.filter(pk=key.pk).exists()


def test_home_counts_what_waits(admin, lumiere, hold):
    assert "/gestion/commandes/?status=pending" not in admin.get("/gestion/").content.decode()
    with tenant_context(lumiere):
        Order.objects.filter(pk=hold.pk).update(status="pending")
    page = admin.get("/gestion/").content.decode()
    assert "/gestion/commandes/?status=pending" in page
    assert "order waiting for payment" in page


@pytest.mark.parametrize("page", ["", "commandes/", "selection/", "marque/", "equipe/", "cles/"])
def test_pages_obey_the_strict_content_policy(admin, page):
    answer = admin.get(f"/gestion/{page}")
    html = answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick" not in html


def test_an_address_that_leads_nowhere_speaks_as_an_office_and_not_as_a_shop(admin):
    page = admin.get("/gestion/nowhere/")
    assert page.status_code == 404
    written = page.content.decode()
    assert "Start again from the home page" in written
    assert "on sale" not in written
