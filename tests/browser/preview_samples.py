"""Sample pages for the preview of the shop's looks: three brands, and every page in a state
worth looking at.

Only the preview uses them. Names, numbers and addresses are invented.
"""

from __future__ import annotations

from calendar import Calendar
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

from preview_texts import CATEGORIES, ENGLISH_TEXTS, FRENCH_TEXTS, PRODUCTS

from tenant_apps.branding.presets import PRESETS, Preset
from tenant_apps.shop.presenters import (
    Amount,
    Booking,
    Brand,
    Card,
    CategoryTile,
    Chip,
    Contact,
    Criteria,
    Day,
    DepartureChoice,
    FilterGroup,
    FilterOption,
    HomePage,
    Language,
    Link,
    Month,
    NearDate,
    Pager,
    PeopleRow,
    Picture,
    PlaceView,
    ProductPage,
    Review,
    SearchPage,
    SellerBlock,
    Shop,
)

TODAY = date(2027, 6, 21)

BRANDS: dict[str, tuple[str, Preset, str, str, str]] = {
    "val": (
        "Val & Lumière",
        PRESETS["atelier"],
        "fr",
        "La Loire, par ceux qui y vivent",
        "Artisans, bateliers et jardiniers vous ouvrent leur porte, d'Amboise à Saumur.",
    ),
    "cap": (
        "Cap Touraine",
        PRESETS["horizon"],
        "fr",
        "Votre prochaine échappée commence ici",
        "Activités et séjours choisis un par un, réservés en trois minutes.",
    ),
    "way": (
        "Wayfarer France",
        PRESETS["carnet"],
        "en",
        "Slow days in the valley of the kings",
        "Small groups, local hosts, and a real person on the phone.",
    ),
}


def money(text: str, language: str) -> Amount:
    """A sample amount in euros."""
    return Amount.of(Decimal(text), "EUR", language)


def sample_seller(retailer: str) -> SellerBlock:
    """The seller behind every sample brand."""
    return SellerBlock(
        name="TNP Voyages",
        legal_form="SAS au capital de 100 000 €",
        registration="IM037000000",
        address="12 quai des Bateliers, 37000 Tours, France",
        guarantor_name="Garantie Exemple du Tourisme",
        guarantor_address="5 avenue de la Caution, 75017 Paris, France",
        insurer_name="Assurances Exemple",
        insurer_address="8 rue de la Prévoyance, 72000 Le Mans, France",
        mediator_name="Médiation Exemple Voyage",
        mediator_address="BP 80303, 75823 Paris Cedex 17, France",
        mediator_url="https://mediation.example",
        retailer=retailer,
    )


def sample_shop(key: str, pictures: tuple[str, ...], theme_css_url: str, count: int = 0) -> Shop:
    """The shell of one sample brand."""
    name, preset, language, tone, introduction = BRANDS[key]
    brand = Brand(
        name=name,
        tone_line=tone,
        introduction=introduction,
        theme_css_url=theme_css_url,
        heading_font=preset.tokens.heading_font,
        text_font=preset.tokens.text_font,
        header=preset.header,
        hero=preset.hero,
        card=preset.card,
        hero_picture=Picture(pictures[0], "", 1600, 1000),
    )
    contact = Contact(
        email="bonjour@exemple.test",
        phone="02 47 00 00 00" if language == "fr" else "+33 2 47 00 00 00",
        phone_link="+33247000000",
        hours="Du lundi au samedi, 9 h à 19 h"
        if language == "fr"
        else "Monday to Saturday, 9 am to 7 pm",
        address_lines=("4 rue du Pont", "37400 Amboise"),
    )
    return Shop(
        brand=brand,
        seller=sample_seller(name),
        contact=contact,
        navigation=tuple(
            Link(label, f"/recherche/?category={index}", current=index == 99)
            for index, label in enumerate(CATEGORIES[language])
        ),
        languages=(
            Language("fr", "Français", current=language == "fr"),
            Language("en", "English", current=language == "en"),
        ),
        cart_count=count,
        terms=(
            Link(
                "Conditions de vente" if language == "fr" else "Terms of sale",
                "/conditions/2027-1/",
            ),
        ),
    )


def sample_cards(language: str, pictures: tuple[str, ...], many: int = 8) -> tuple[Card, ...]:
    """Product cards with and without a reduced price."""
    unit = "par personne" if language == "fr" else "per person"
    return tuple(
        Card(
            reference=f"VL-{index:04}",
            url=f"/produits/VL-{index:04}/",
            title=title,
            picture=Picture(pictures[(index + 1) % len(pictures)], "", 1200, 800),
            place=place,
            category=category,
            duration=duration,
            next_date=TODAY + timedelta(days=index * 3 + 1),
            price_from=money(price, language),
            struck=money(struck, language) if struck else None,
            places_left=2 if index == 4 else None,
            unit=unit,
        )
        for index, (title, place, category, duration, price, struck) in enumerate(
            PRODUCTS[language][:many]
        )
    )


def sample_home(language: str, pictures: tuple[str, ...]) -> HomePage:
    """The front page with categories and reviews."""
    tiles = tuple(
        CategoryTile(
            label,
            f"/recherche/?category={index}",
            Picture(pictures[-1 - index], "", 1200, 900),
            4 + index,
        )
        for index, label in enumerate(CATEGORIES[language])
    )
    french = language == "fr"
    reviews = (
        Review(
            "Claire, Nantes" if french else "Claire, Leeds",
            "Tout était prêt à notre arrivée, et le batelier connaissait chaque pierre."
            if french
            else "Everything was ready when we came, and the boatman knew every stone.",
            5,
            PRODUCTS[language][0][0],
        ),
        Review(
            "Marc et Aïcha",
            "Réservé le matin, sur l'eau l'après-midi. Le bon suffisait sur le téléphone."
            if french
            else "Booked in the morning, on the water in the afternoon.",
            5,
            PRODUCTS[language][3][0],
        ),
        Review(
            "Hélène",
            "Un vrai conseil au téléphone pour venir avec ma mère en fauteuil."
            if french
            else "Real advice by phone about coming with my mother's wheelchair.",
            4,
            PRODUCTS[language][4][0],
        ),
    )
    return HomePage(Criteria(earliest=TODAY), sample_cards(language, pictures, 6), tiles, reviews)


def sample_filters(language: str) -> tuple[FilterGroup, ...]:
    """Two questions, the first with one answer chosen."""
    kinds = tuple(
        FilterOption(str(index), label, 12 - index, index == 0)
        for index, label in enumerate(CATEGORIES[language])
    )
    places = tuple(FilterOption(name, name, 3) for name in ("Amboise", "Blois", "Chenonceaux"))
    names = ("Envie", "Lieu") if language == "fr" else ("Kind", "Place")
    return FilterGroup("category", names[0], kinds), FilterGroup("place", names[1], places)


def sample_search(language: str, pictures: tuple[str, ...]) -> SearchPage:
    """A filtered result of several pages."""
    french = language == "fr"
    numbers = (
        Link("1", "?page=1", True),
        Link("2", "?page=2"),
        Link("…", ""),
        Link("4", "?page=4"),
    )
    return SearchPage(
        Criteria(date_from=date(2027, 7, 14), people=2, earliest=TODAY),
        84,
        cards=sample_cards(language, pictures),
        filters=sample_filters(language),
        chips=(
            Chip(CATEGORIES[language][0], "/recherche/?from=2027-07-14"),
            Chip("Dès le 14 juillet" if french else "From 14 July", "/recherche/?category=0"),
        ),
        clear_url="/recherche/",
        sorts=(
            FilterOption("relevance", "Notre choix" if french else "Our choice", selected=True),
            FilterOption("price", "Prix croissant" if french else "Price, lowest first"),
        ),
        pager=Pager(1, 4, numbers, "", "?page=2"),
    )


def sample_nothing(language: str, pictures: tuple[str, ...]) -> SearchPage:
    """An empty result that proposes near dates and other ideas."""
    near = tuple(
        NearDate(
            date(2027, 7, day), f"/recherche/?from=2027-07-{day}", count, money(price, language)
        )
        for day, count, price in ((12, 3, "38"), (16, 5, "24"), (17, 1, "72.50"))
    )
    full = sample_search(language, pictures)
    return replace(full, count=0, cards=(), pager=None, near_dates=near, ideas=full.cards[:3])


def sample_month(language: str, chosen: date | None) -> Month:
    """July 2027 with open, scarce, full and reduced days."""

    def day_of(day: date) -> Day | None:
        if day.month != 7:
            return None
        if day.weekday() == 0:
            return Day(day, "none")
        if day.day in (3, 10):
            return Day(day, "full")
        left = 2 if day.day in (14, 24) else 6 + day.day % 9
        reduced = day.day in (20, 21, 22)
        return Day(
            day,
            "few" if left < 4 else "open",
            url=f"/produits/VL-0000/?month=2027-07&date={day}",
            fragment_url=f"/produits/VL-0000/departs/?month=2027-07&date={day}",
            price=money("34" if reduced else "38", language),
            struck=money("38", language) if reduced else None,
            places_left=left,
            selected=day == chosen,
            discounted=reduced,
        )

    weeks = tuple(
        tuple(day_of(day) for day in week) for week in Calendar().monthdatescalendar(2027, 7)
    )
    return Month(
        date(2027, 7, 1),
        weeks,
        "/produits/VL-0000/?month=2027-06",
        "/produits/VL-0000/departs/?month=2027-06",
        "/produits/VL-0000/?month=2027-08",
        "/produits/VL-0000/departs/?month=2027-08",
    )


def sample_booking(language: str, chosen: date | None) -> Booking:
    """The panel, with a day chosen or not."""
    french = language == "fr"
    full, half, free = (money(text, language) for text in ("34", "22", "0"))
    people = (
        PeopleRow(
            "adult", "Adulte" if french else "Adult", "18+", 2, 0, 9, full, money("38", language)
        ),
        PeopleRow(
            "child",
            "Enfant" if french else "Child",
            "6–17 ans" if french else "6–17",
            1,
            0,
            9,
            half,
        ),
        PeopleRow(
            "infant",
            "Tout-petit" if french else "Infant",
            "0–5 ans" if french else "0–5",
            0,
            0,
            4,
            free,
        ),
    )
    departures = tuple(
        DepartureChoice(
            f"d{hour}", time(hour, 30).strftime("%H:%M"), left, selected=hour == 9, full=left == 0
        )
        for hour, left in ((9, 4), (14, 11), (17, 0))
    )
    return Booking(
        reference="VL-0000",
        product_url="/produits/VL-0000/",
        fragment_url="/produits/VL-0000/departs/",
        people=people,
        calendar=sample_month(language, chosen),
        price_from=full,
        struck_from=money("38", language),
        unit="par adulte" if french else "per adult",
        chosen_day=chosen,
        departures=departures if chosen else (),
        total=money("90", language) if chosen else None,
        struck_total=money("98", language) if chosen else None,
        can_add=chosen is not None,
    )


def sample_product(language: str, pictures: tuple[str, ...], *, chosen: bool = True) -> ProductPage:
    """A half-day on the river."""
    french = language == "fr"
    title, place, category, duration, _price, _struck = PRODUCTS[language][0]
    texts = FRENCH_TEXTS if french else ENGLISH_TEXTS
    return ProductPage(
        reference="VL-0000",
        title=title,
        booking=sample_booking(language, date(2027, 7, 21) if chosen else None),
        pictures=tuple(
            Picture(url, f"{title}, {index + 1}", 1200, 800)
            for index, url in enumerate(pictures[1:4])
        ),
        place=PlaceView(
            place,
            ("Base nautique de l'Île d'Or", "37400 Amboise"),
            texts["directions"],
            "47.4136, 0.9842",
        ),
        category=Link(category, "/recherche/?category=0"),
        summary=texts["summary"],
        description=(texts["first"], texts["second"]),
        duration=duration,
        languages=("Français", "English"),
        included=tuple(texts["included"].split("|")),
        excluded=tuple(texts["excluded"].split("|")),
        suits=tuple(texts["suits"].split("|")),
        accessibility=tuple(texts["access"].split("|")),
        meeting_point=texts["meeting"],
        cancellation=texts["cancellation"],
        cancellation_scale=tuple(texts["scale"].split("|")),
        provider="Les Gabares d'Amboise",
        provider_text=texts["provider"],
        minimum_people=texts["minimum"],
        formalities=texts["formalities"],
        related=sample_cards(language, pictures)[1:4],
        seller_name="TNP Voyages",
        own_terms=Link("Conditions de vente" if french else "Terms of sale", "/conditions/2027-1/"),
    )
