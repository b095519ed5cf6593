"""What the template database holds: the operator, two agencies, a small validated catalogue.

Built with the product's own actions, so that it is a world the product can make. References,
prices and rates are stable and stand as constants: tests may name them and expect exact
amounts. Dates are relative to the day the template was built; departures run for
``DEPARTURE_DAYS`` days from the next day on.

========== ===== ============ ===== ======= ========= ==========================================
reference  kind  adult price  mkup  comm.   capacity  beside
========== ===== ============ ===== ======= ========= ==========================================
STAY-LOIRE night 365 + 55     4 %   12 %    12        discount 40 by the provider, always running
BOAT-DUSK  slot  34           0 %   15 %    20        17:30 and 19:30; child 18, free 0
FERRY-DAY  date  0 + 36       0 %   10 %    120       transport passed on whole (D9); own terms
KAYAK-SEA  slot  48           5 %   20 %    8         09:00; owned by ``ocean``, own liability
MUSEUM-NEW date  12.50        0 %   –       –         a draft: no commission, no departure
========== ===== ============ ===== ======= ========= ==========================================

Rules: 10 % of the sale price for everybody, 12 % for BOAT-DUSK, 8 % for the group ``ouest``
(``ocean`` is in it). Both agencies select everything that is validated.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.catalog import actions as catalog
from shared_apps.catalog.models import Place, Product
from shared_apps.commissions.actions import rule_create
from shared_apps.identity.actions import membership_grant
from shared_apps.identity.models import User
from shared_apps.inventory.departures import Discount, Pattern, Tariff, departures_generate
from shared_apps.network import actions as network
from shared_apps.network.models import AgencyGroup
from shared_apps.network.queries import operator_seller
from tenant_apps.office.opening import agency_open
from tenant_apps.selection.actions import select_all_authorised, selection_feature
from tenants.models import Agency

PASSWORD = "a long enough password"
DEPARTURE_DAYS = 120
EVERY_DAY = frozenset(range(7))
ADULT = catalog.RateTerms(code="adult", labels={"fr": "Adulte", "en": "Adult"}, age_min=13)
CHILD = catalog.RateTerms(
    code="child", labels={"fr": "Enfant", "en": "Child"}, age_min=4, age_max=12
)
FREE = catalog.RateTerms(code="free", labels={"fr": "Tout-petit", "en": "Infant"}, age_max=3)
SCALE = [
    {"days_before": 30, "fee_percent": "10"},
    {"days_before": 7, "fee_percent": "50"},
    {"days_before": 0, "fee_percent": "100"},
]
SELLER: dict[str, Any] = {
    "legal_form": "SAS",
    "address": "1 quai du Test, 44000 Nantes",
    "phone": "+33 2 00 00 00 00",
    "guarantor_name": "Garantie Test",
    "guarantor_address": "2 rue du Test, 75017 Paris",
    "insurer_name": "Assurance Test",
    "insurer_address": "3 rue du Test, 69000 Lyon",
    "mediator_name": "Médiation Test",
    "mediator_address": "4 rue du Test, 75008 Paris",
    "mediator_url": "https://mediation.example/",
}


@transaction.atomic
def build_world() -> None:
    """Build it all, in one transaction."""
    today = timezone.localdate()
    group = network.group_create(code="ouest", name="Réseau Ouest")
    _operator(today)
    agencies = _agencies(group)
    _people(agencies)
    products = _catalogue(agencies["ocean"], today)
    _rules(products, group)
    _grants(agencies, products, today)
    for agency in agencies.values():
        with tenant_context(agency):
            select_all_authorised(agency)
            selection_feature(product=products["BOAT-DUSK"], position=1)


def _operator(today: date) -> None:
    seller = network.seller_register(
        agency=None,
        valid_from=today - timedelta(days=365),
        legal_name="TNP Test",
        email="contact@tnp.example",
        registration_number="IM037000001",
        **SELLER,
    )
    for language, title in (("fr", "Conditions générales de vente"), ("en", "Terms of sale")):
        catalog.terms_publish(
            seller=seller,
            language=language,
            version="2026-1",
            title=title,
            body=f"# {title}\n\nTNP Test.\n",
            at=timezone.now() - timedelta(days=30),
        )


def _agencies(group: AgencyGroup) -> dict[str, Agency]:
    lumiere = agency_open(
        name="Lumière Voyages",
        slug="lumiere",
        admin_email="admin@lumiere.example",
        theme="horizon",
    )
    ocean = agency_open(
        name="Océan Réceptif",
        slug="ocean",
        kind="receptive",
        admin_email="admin@ocean.example",
        group=group,
        theme="atelier",
    )
    return {"lumiere": lumiere.agency, "ocean": ocean.agency}


def _people(agencies: dict[str, Agency]) -> None:
    """Everybody has :data:`PASSWORD`; hashed once, because hashing is slow on purpose."""
    membership_grant(email="admin@tnp.example", party="operator", role="admin", name="Ada")
    membership_grant(email="finance@tnp.example", party="operator", role="finance", name="Fred")
    for slug, agency in agencies.items():
        email = f"sales@{slug}.example"
        membership_grant(email=email, party="agency", role="sales", agency=agency, name="Sam")
    User.objects.update(password=make_password(PASSWORD))


def _provider(reference: str, name: str, locality: str, **fields: Any) -> Place:
    provider = catalog.provider_create(
        reference=reference,
        name=name,
        registration_email=f"bookings@{reference.lower()}.example",
        notification_email=f"orders@{reference.lower()}.example",
        **fields,
    )
    catalog.provider_validate(provider=provider)
    place = catalog.place_create(
        provider=provider,
        name=name,
        locality=locality,
        street="1 quai Test",
        postal_code="37400",
        region="Centre-Val de Loire",
        latitude=Decimal("47.413"),
        longitude=Decimal("0.983"),
    )
    return catalog.place_validate(place=place)


def _product(
    place: Place, category: Any, reference: str, french: str, english: str, **fields: Any
) -> Product:
    return catalog.product_create(
        place=place,
        category=category,
        reference=reference,
        titles={"fr": french, "en": english},
        summaries={"fr": f"{french}, en résumé.", "en": f"{english}, in short."},
        descriptions={"fr": f"{french}, en détail.", "en": f"{english}, in detail."},
        included={"fr": ["Accueil"], "en": ["Welcome"]},
        meeting_point={"fr": "Sur le quai", "en": "On the quay"},
        languages=["fr", "en"],
        cancellation_scale=SCALE,
        **fields,
    )


def _open_to_sale(
    product: Product, rates: list[catalog.RateTerms], pattern: Pattern, today: date
) -> None:
    catalog.rate_categories_set(product=product, rates=rates)
    catalog.pictures_set(
        product=product,
        pictures=[catalog.Picture(picture="generic.svg", alt={"fr": "Image", "en": "Picture"})],
    )
    departures_generate(
        product=product, pattern=pattern, start=today + timedelta(days=1), days=DEPARTURE_DAYS
    )
    catalog.product_validate(product=product)


def _catalogue(ocean: Agency, today: date) -> dict[str, Product]:
    category = catalog.categories_ensure()
    loire = _provider("FLEUVE", "Les Échappées du Fleuve", "Amboise")
    coast = _provider("OCEAN", "Océan Réceptif", "Quiberon", agency=ocean)
    stay = _product(
        loire,
        category["stay"],
        "STAY-LOIRE",
        "Échappée à vélo",
        "Loire by bike",
        kind="night",
        nights=2,
        default_markup=Decimal(4),
        provider_commission=Decimal(12),
    )
    boat = _product(
        loire,
        category["tour"],
        "BOAT-DUSK",
        "Balade en gabare",
        "Sunset boat trip",
        duration_minutes=90,
        provider_commission=Decimal(15),
    )
    ferry = _product(
        loire,
        category["transport"],
        "FERRY-DAY",
        "Traversée du jour",
        "Day crossing",
        kind="date",
        provider_commission=Decimal(10),
        transport_commissionable=False,
    )
    kayak = _product(
        coast,
        category["activity"],
        "KAYAK-SEA",
        "Kayak de mer",
        "Sea kayak",
        duration_minutes=180,
        default_markup=Decimal(5),
        provider_commission=Decimal(20),
        owner_agency=ocean,
    )
    draft = _product(
        loire, category["culture"], "MUSEUM-NEW", "Musée nouveau", "New museum", kind="date"
    )
    _departures(stay, boat, ferry, kayak, today)
    return {product.reference: product for product in (stay, boat, ferry, kayak, draft)}


def _departures(stay: Product, boat: Product, ferry: Product, kayak: Product, today: date) -> None:
    _open_to_sale(
        stay,
        [ADULT, CHILD],
        Pattern(
            weekdays=EVERY_DAY,
            nights=2,
            capacity=12,
            tariffs={
                "adult": Tariff(Decimal(365), Decimal(55)),
                "child": Tariff(Decimal(245), Decimal(35)),
            },
            discount=Discount(amount=Decimal(40)),
        ),
        today,
    )
    _boat_departures(boat, today)
    _open_to_sale(
        ferry,
        [ADULT],
        Pattern(
            weekdays=EVERY_DAY, capacity=120, tariffs={"adult": Tariff(Decimal(0), Decimal(36))}
        ),
        today,
    )
    _open_to_sale(
        kayak,
        [ADULT],
        Pattern(
            weekdays=EVERY_DAY,
            times=(time(9),),
            duration_minutes=180,
            capacity=8,
            tariffs={"adult": Tariff(Decimal(48))},
        ),
        today,
    )


def _boat_departures(boat: Product, today: date) -> None:
    _open_to_sale(
        boat,
        [ADULT, CHILD, FREE],
        Pattern(
            weekdays=EVERY_DAY,
            times=(time(17, 30), time(19, 30)),
            duration_minutes=90,
            capacity=20,
            tariffs={
                "adult": Tariff(Decimal(34)),
                "child": Tariff(Decimal(18)),
                "free": Tariff(Decimal(0)),
            },
        ),
        today,
    )


def _rules(products: dict[str, Product], group: AgencyGroup) -> None:
    rule_create(name="Default of the network", percent=Decimal(10))
    rule_create(name="Sunset boat", percent=Decimal(12), product=products["BOAT-DUSK"])
    rule_create(name="Western network", percent=Decimal(8), group=group)


def _grants(agencies: dict[str, Agency], products: dict[str, Product], today: date) -> None:
    bounds = {
        "markup_max": Decimal(10),
        "commission_min": Decimal(5),
        "commission_max": Decimal(15),
    }
    network.agreement_set(
        agency=agencies["lumiere"],
        payment_means=["card", "cash"],
        trained_at=timezone.now(),
        **bounds,
    )
    network.agreement_set(
        agency=agencies["ocean"],
        payment_means=["card", "transfer"],
        own_liability=True,
        trained_at=timezone.now(),
        **bounds,
    )
    operator = User.objects.get(email="admin@tnp.example")
    own = network.seller_register(
        agency=agencies["ocean"],
        valid_from=today - timedelta(days=100),
        valid_to=today + timedelta(days=265),
        legal_name="Océan Réceptif SARL",
        email="contact@ocean.example",
        registration_number="IM056000002",
        stripe_account="acct_ocean",
        **SELLER,
    )
    network.seller_approve(seller=own, by=operator)
    published = timezone.now() - timedelta(days=30)
    for seller, product, title in (
        (own, None, "Océan Réceptif"),
        (operator_seller(today), products["FERRY-DAY"], "Traversées"),
    ):
        for language in ("fr", "en"):
            catalog.terms_publish(
                seller=seller,
                product=product,
                language=language,
                version="2026-1",
                title=f"{title} ({language})",
                body=f"# {title} ({language})\n",
                at=published,
            )
