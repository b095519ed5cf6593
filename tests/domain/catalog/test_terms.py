"""Which terms a buyer accepts, and that published terms never change."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from shared_apps.catalog.actions import terms_publish
from shared_apps.catalog.actions.terms import terms_sha256
from shared_apps.catalog.errors import CatalogRefused
from shared_apps.catalog.models import Product, TermsVersion
from shared_apps.catalog.queries import terms_in_force
from shared_apps.network.models import SellerIdentity

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> SellerIdentity:
    return SellerIdentity.objects.get(agency=None)


def product(reference: str) -> Product:
    return Product.objects.get(reference=reference)


def titles(seller, language, *references, at=None) -> list[str]:
    products = [product(reference) for reference in references]
    found = terms_in_force(
        seller=seller, language=language, products=products, at=at or timezone.now()
    )
    return [terms.title for terms in found]


def test_a_cart_of_two_products_on_different_terms_shows_both(seller):
    assert titles(seller, "fr", "BOAT-DUSK", "FERRY-DAY") == [
        "Conditions générales de vente",
        "Traversées (fr)",
    ]


def test_a_product_on_its_own_terms_is_not_sold_on_the_general_ones(seller):
    assert titles(seller, "en", "FERRY-DAY") == ["Traversées (en)"]


def test_products_on_the_same_terms_show_them_once(seller):
    assert titles(seller, "en", "BOAT-DUSK", "STAY-LOIRE") == ["Terms of sale"]


def test_terms_come_in_the_nearest_language(seller):
    assert titles(seller, "de", "BOAT-DUSK") == ["Conditions générales de vente"]


def test_a_new_version_replaces_the_old_one_from_its_date_and_not_before(seller):
    now = timezone.now()
    terms_publish(
        seller=seller, language="fr", version="2027-1", title="Nouvelles", body="Texte", at=now
    )
    assert titles(seller, "fr", "BOAT-DUSK", at=now + timedelta(seconds=1)) == ["Nouvelles"]
    assert titles(seller, "fr", "BOAT-DUSK", at=now - timedelta(seconds=1)) == [
        "Conditions générales de vente"
    ]


def test_a_seller_without_terms_sells_nothing(seller):
    with pytest.raises(CatalogRefused) as refusal:
        titles(seller, "fr", "BOAT-DUSK", at=seller_start(seller))
    assert refusal.value.code == "terms_missing"


def seller_start(seller: SellerIdentity):
    """A moment before anything was published."""
    return timezone.now() - timedelta(days=300)


def test_the_hash_is_that_of_the_text_shown(seller):
    terms = TermsVersion.objects.filter(seller=seller, product=None, language="fr").get()
    assert terms.sha256 == terms_sha256(terms.body)


def test_the_same_version_cannot_be_published_twice(seller):
    with pytest.raises(ValidationError):
        terms_publish(seller=seller, language="fr", version="2026-1", title="T", body="Autre")


def test_the_database_refuses_to_change_published_terms(seller):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TermsVersion.objects.filter(seller=seller).update(body="Réécrit")
