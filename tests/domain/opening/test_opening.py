"""An agency is opened whole, in one step, or not at all."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog.models import TermsVersion
from shared_apps.identity.models import Invitation, Membership, User
from shared_apps.network.models import AgencyGroup, Agreement, SellerIdentity
from shared_apps.network.queries import group_of, payment_means_for
from shared_apps.outbox.models import Message
from tenant_apps.branding.models import Theme
from tenant_apps.branding.presets import PRESETS
from tenant_apps.office import opening
from tenant_apps.office.opening import agency_open
from tenant_apps.selection.models import SelectedProduct
from tenant_apps.selection.queries import sellable_products
from tenants.models import Agency, Domain

pytestmark = pytest.mark.django_db
TERMS = {"name": "Nord-Est", "slug": "nord-est", "admin_email": "Paul@NordEst.example"}


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace")
        return {name for (name,) in cursor.fetchall()}


def roles() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles")
        return {name for (name,) in cursor.fetchall()}


def counts() -> dict[str, int]:
    models = (Agency, Domain, Agreement, Membership, User, Invitation, Message)
    return {model.__name__: model.objects.count() for model in models}


def test_an_opened_agency_sells_the_whole_validated_catalogue_at_once():
    opened = agency_open(**TERMS)
    with tenant_context(opened.agency):
        sold = set(sellable_products(opened.agency).values_list("reference", flat=True))
    assert sold == {"BOAT-DUSK", "FERRY-DAY", "KAYAK-SEA", "STAY-LOIRE"}
    assert payment_means_for(opened.agency) == ("card",)


def test_an_opened_agency_answers_on_its_own_addresses(lumiere):
    opened = agency_open(**TERMS, domain="voyages-nordest.example")
    assert opened.url == "http://voyages-nordest.example/"
    assert opened.office_url == "http://voyages-nordest.example/gestion/"
    hosts = set(Domain.objects.filter(tenant=opened.agency).values_list("domain", flat=True))
    assert hosts == {"nord-est.localhost", "voyages-nordest.example"}


def test_the_first_admin_is_invited_by_an_email_of_that_agency():
    opened = agency_open(**TERMS, admin_language="en")
    membership = Membership.objects.get(agency=opened.agency)
    assert (membership.role, membership.user.email) == ("admin", "paul@nordest.example")
    assert membership.user.language == "en"
    assert not membership.user.has_usable_password()
    message = Message.objects.get(agency=opened.agency, kind="invitation")
    assert message.payload["url"] == opened.invitation_url
    assert opened.invitation_url.startswith("http://nord-est.localhost/gestion/compte/invitation/")
    token = opened.invitation_url.rstrip("/").rpartition("/")[2]
    assert token not in str(list(Invitation.objects.values_list("token_hash", flat=True)))


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_an_agency_starts_with_the_look_it_chose(preset):
    opened = agency_open(**TERMS, theme=preset)
    with tenant_context(opened.agency):
        theme = Theme.objects.get()
    assert (theme.primary, theme.hero_layout) == (
        PRESETS[preset].tokens.primary,
        PRESETS[preset].hero,
    )
    assert theme.contact_email == "paul@nordest.example"


def test_an_agency_can_open_inside_a_group():
    west = AgencyGroup.objects.get(code="ouest")
    opened = agency_open(**TERMS, group=west)
    assert group_of(opened.agency, timezone.localdate()) == west


def test_opening_takes_less_than_a_second():
    assert agency_open(**TERMS).seconds < 1


def test_opening_one_agency_leaves_the_others_as_they_were(lumiere):
    with tenant_context(lumiere):
        before = list(SelectedProduct.objects.values_list())
    agency_open(**TERMS)
    with tenant_context(lumiere):
        assert list(SelectedProduct.objects.values_list()) == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "No"}, "slug"),
        ({"slug": "nord_est"}, "slug"),
        ({"slug": "tnp"}, "slug"),
        ({"slug": "lumiere"}, "slug"),
        ({"name": " "}, "name"),
        ({"admin_email": "paul"}, "admin_email"),
        ({"country": "France"}, "country"),
        ({"currency": "EUROS"}, "currency"),
        ({"language": "xx"}, "language"),
        ({"admin_language": "xx"}, "admin_language"),
        ({"kind": "circus"}, "kind"),
        ({"theme": "neon"}, "theme"),
        ({"domain": "lumiere.localhost"}, "domain"),
        ({"domain": "not a host"}, "domain"),
    ],
)
def test_bad_input_is_named_by_field_and_leaves_nothing(changes, field):
    before, known = counts(), schemas()
    with pytest.raises(ValidationError) as refusal:
        agency_open(**(TERMS | changes))
    assert field in refusal.value.message_dict
    assert (counts(), schemas()) == (before, known)


def test_every_bad_field_is_named_at_once():
    with pytest.raises(ValidationError) as refusal:
        agency_open(name="", slug="x", admin_email="x", country="x", currency="x")
    assert set(refusal.value.message_dict) == {"name", "slug", "admin_email", "country", "currency"}


@pytest.mark.parametrize("step", ["_grant", "_brand", "select_all_authorised", "_invite"])
def test_a_failure_in_the_middle_leaves_no_schema_no_role_and_no_row(monkeypatch, step):
    def fail(*_args, **_kwargs):
        raise RuntimeError("power cut")

    monkeypatch.setattr(opening, step, fail)
    before, known, known_roles = counts(), schemas(), roles()
    with pytest.raises(RuntimeError, match="power cut"):
        agency_open(**TERMS)
    assert counts() == before
    assert schemas() == known
    assert roles() == known_roles
    monkeypatch.undo()
    assert agency_open(**TERMS).agency.pk


def test_no_agency_opens_while_the_operator_cannot_sell():
    SellerIdentity.objects.filter(agency=None).update(
        legal_name="X", valid_to="2020-01-01", valid_from="2019-01-01"
    )
    with pytest.raises(ValidationError, match="registration is not in force"):
        agency_open(**TERMS)
    assert not Agency.objects.filter(slug="nord-est").exists()


def test_no_agency_opens_while_the_operator_has_no_terms():
    operator = SellerIdentity.objects.get(agency=None)
    SellerIdentity.objects.filter(pk=operator.pk).update(valid_to="2030-01-01")
    newer = SellerIdentity.objects.get(pk=operator.pk)
    newer.pk, newer.valid_from = None, timezone.localdate()
    newer.save()
    assert not TermsVersion.objects.filter(seller=newer).exists()
    with pytest.raises(ValidationError, match="terms of sale"):
        agency_open(**TERMS)


def test_the_command_prints_the_address_the_invitation_and_the_time():
    output = io.StringIO()
    call_command(
        "agency_create",
        "nord-est",
        "--name=Nord-Est",
        "--admin-email=paul@nordest.example",
        "--group=ouest",
        "--theme=carnet",
        stdout=output,
    )
    words = output.getvalue()
    assert re.search(r"Nord-Est is open after 0\.\d\d s", words)
    assert "http://nord-est.localhost/" in words
    assert "/gestion/compte/invitation/" in words


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lumiere", "--name=X", "--admin-email=a@b.example"], "slug: "),
        (["nord-est", "--name=X", "--admin-email=a"], "admin_email: "),
        (["nord-est", "--name=X", "--admin-email=a@b.example", "--group=none"], "known: ouest"),
    ],
)
def test_the_command_names_bad_input(arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("agency_create", *arguments)
