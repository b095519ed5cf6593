"""One object at a time: each oddity of real data, in a small object that shows nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared_apps.catalog.datatourisme import Unusable, read_object

from .sources import codes, draft_of, poi, price


def test_a_complete_object_becomes_a_draft_without_warnings() -> None:
    draft = draft_of(poi())

    assert draft.external_id == "https://data.example/objects/1"
    assert draft.identifier == "TEST0001"
    assert draft.updated == date(2026, 3, 2)
    assert (draft.category.code, draft.category.service_type) == ("activity", 4)
    assert draft.attribution == "Office du Val – Région Test – DATAtourisme"
    assert draft.warnings == ()


@pytest.mark.parametrize(
    "label",
    [
        "Balade en gabare",
        ["Balade en gabare"],
        {"fr": "Balade en gabare"},
        {"fr": ["Balade en gabare", "Autre nom"]},
        {"@language": "fr", "@value": "Balade en gabare"},
        [
            {"@language": "fr-FR", "@value": "Balade en gabare"},
            {"@language": "en", "@value": "Barge cruise"},
        ],
        {"@none": ["Balade en gabare"]},
    ],
)
def test_a_title_is_found_in_whatever_shape_it_is_written(label: Any) -> None:
    assert draft_of(poi(rdfs__label=label)).text("fr").title == "Balade en gabare"


def test_every_language_of_the_source_is_kept() -> None:
    source = poi(
        rdfs__label={"fr": ["Cave"], "de": ["Keller"]},
        rdfs__comment={"it": ["Una cantina."]},
        hasDescription=[
            {
                "dc:description": {"fr": ["Longue."], "es": "Larga."},
                "shortDescription": {"nl": "Kort."},
            }
        ],
    )

    draft = draft_of(source)

    assert list(draft.texts) == ["fr", "de", "es", "it", "nl"]
    assert draft.texts["es"].description == "Larga."
    assert draft.texts["nl"].summary == "Kort."
    assert draft.text("it").title == "Cave"


def test_a_machine_translation_is_known_as_one() -> None:
    mark = {"rdf:language": ["de"], "dc:contributor": ["https://translator.example"]}

    assert draft_of(poi(hasDescription=[{"hasTranslatedProperty": [mark]}])).machine_translated == (
        "de",
    )


def test_html_becomes_prose_and_control_characters_disappear() -> None:
    html = (
        "<p>Un&nbsp;château.</p><script>alert(1)</script>"
        "<ul><li>Tour</li><li>Cave &amp; chai</li></ul>Prix < 10\u0000\u202e\ud800"
    )

    draft = draft_of(poi(hasDescription={"dc:description": html}))

    assert draft.texts["fr"].description == "Un château.\n\n• Tour\n\n• Cave & chai\n\nPrix < 10"


def test_an_endless_text_is_shortened_and_the_draft_says_so() -> None:
    draft = draft_of(poi(hasDescription={"dc:description": {"fr": "mot " * 10_000}}))

    assert len(draft.texts["fr"].description) <= 20_000
    assert draft.texts["fr"].description.endswith("mot…")
    assert codes(draft) == {"text_shortened"}


@pytest.mark.parametrize(
    "missing_id", [None, "", "_:b0", 12 * "https://data.example/far/too/long/"]
)
def test_an_object_without_a_lasting_id_is_named_unusable(missing_id: str | None) -> None:
    result = read_object(poi(id=missing_id))

    assert isinstance(result, Unusable)
    assert result.reason_code == "id_missing"


def test_an_object_without_a_title_is_named_unusable() -> None:
    result = read_object(poi(rdfs__label={"fr": ["  "]}))

    assert result == Unusable(
        "https://data.example/objects/1",
        "title_missing",
        "The object has no title (rdfs:label) in any language.",
    )


@pytest.mark.parametrize(
    ("types", "code", "service_type"),
    [
        (
            ["Restaurant", "FoodEstablishment", "Hotel", "Accommodation", "PlaceOfInterest"],
            "accommodation",
            2,
        ),
        (["CulturalSite", "EntertainmentAndEvent"], "event", 4),
        (["Practice", "Product", "Tasting"], "tasting", 4),
        (["WalkingTour", "Tour"], "tour", 4),
        (["CulturalSite", "Museum"], "culture", 4),
        (["Transport"], "transport", 1),
        (["ServiceProvider", "CarRental"], "transport", 3),
        (["ServiceProvider", "EquipmentRental", "Rental"], "activity", 4),
        (["Product", "AccommodationProduct"], "stay", 2),
        (["MedicalPlace", "Spa"], "wellness", 4),
        ("FoodEstablishment", "food", 4),
    ],
)
def test_the_most_telling_type_decides_the_category(
    types: Any, code: str, service_type: int
) -> None:
    category = draft_of(poi(type=types)).category

    assert (category.code, category.service_type) == (code, service_type)


def test_an_activity_provider_with_a_wellness_theme_is_wellness() -> None:
    source = poi(type=["ActivityProvider", "PlaceOfInterest"], hasTheme=[{"@id": "kb:Fitness"}])

    assert draft_of(source).category.code == "wellness"


def test_an_unknown_type_is_filed_under_activities_with_a_warning() -> None:
    draft = draft_of(poi(type=["Teleporter"]))

    assert draft.category.code == "activity"
    assert codes(draft) == {"category_unknown"}


def test_an_event_in_the_past_is_a_draft_that_knows_when_it_ended() -> None:
    periods = [
        {"startDate": "2020-07-01", "endDate": "2020-09-30", "startTime": "11:45:00"},
        {"startDate": "someday"},
    ]

    draft = draft_of(poi(takesPlaceAt=periods))

    assert draft.ends_on == date(2020, 9, 30)
    assert codes(draft) == {"period_unreadable"}


def test_a_person_is_never_a_provider_nor_a_contact() -> None:
    person = {
        "@type": ["schema:Person"],
        "schema:legalName": "Jeanne Exemple",
        "schema:email": "jeanne@mail.example",
    }

    draft = draft_of(
        poi(
            hasBookingContact=[person],
            hasContact=[{"@type": ["Agent"], "schema:telephone": "+33 2 00 00 00 00"}],
        )
    )

    assert (draft.provider.legal_name, draft.provider.role) == ("Office du Val", "creator")
    assert (draft.contact.email, draft.contact.phone) == ("", "+33 2 00 00 00 00")
    assert codes(draft) == {"provider_is_creator"}


def test_the_booking_contact_is_the_provider_and_can_be_recognised_under_another_id() -> None:
    provider = draft_of(poi()).provider

    assert (provider.legal_name, provider.role, provider.website) == (
        "Les Gabares du Val",
        "booking",
        "https://gabares.example/",
    )
    assert provider.match_key == "les gabares du val"


def test_an_object_that_names_no_organisation_is_still_a_draft() -> None:
    draft = draft_of(poi(hasBookingContact=None, hasBeenCreatedBy=None))

    assert draft.provider.role == "unknown"
    assert codes(draft) == {"provider_missing"}


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "https://user:secret@host.example/", "ftp://host.example", "//host"],
)
def test_only_plain_web_addresses_are_taken_over(address: str) -> None:
    contact = {"@type": ["Agent"], "foaf:homepage": [address, "https://fine.example/"]}

    assert draft_of(poi(hasBookingContact=contact)).contact.website == "https://fine.example/"


def test_pictures_keep_their_link_credit_title_and_rights() -> None:
    picture = {
        "ebucore:hasRelatedResource": [{"ebucore:locator": ["https://media.example/a.jpg"]}],
        "ebucore:hasAnnotation": [
            {
                "credits": ["© A. Photographe"],
                "ebucore:title": {"fr": ["La gabare"]},
                "ebucore:isCoveredBy": "CC BY 4.0",
                "rightsEndDate": "2027-12-31",
            }
        ],
    }

    (media,) = draft_of(poi(hasMainRepresentation=[picture], hasRepresentation=[picture])).media

    assert (media.url, media.credit, media.titles) == (
        "https://media.example/a.jpg",
        "© A. Photographe",
        {"fr": "La gabare"},
    )
    assert media.attribution == "© A. Photographe – Office du Val – Région Test – DATAtourisme"
    assert (media.licence, media.rights_to) == ("CC BY 4.0", date(2027, 12, 31))


def test_a_picture_link_without_a_file_is_left_out_with_a_warning() -> None:
    picture = {
        "ebucore:hasRelatedResource": [{"ebucore:locator": ["https://media.example/upload/"]}]
    }

    draft = draft_of(poi(hasRepresentation=[picture]))

    assert draft.media == ()
    assert codes(draft) == {"media_without_file"}


def test_small_facts_are_read_when_they_are_there() -> None:
    source = poi(
        availableLanguage=["fr", "sp", "fr"],
        reducedMobilityAccess="true",
        allowedPersons=35,
        schema__duration="PT2H30M",
        hasFeature=[{"petsAllowed": False}],
    )

    draft = draft_of(source)

    assert (draft.languages, draft.reduced_mobility_access, draft.pets_allowed) == (
        ("fr", "es"),
        True,
        False,
    )
    assert (draft.capacity, draft.duration_minutes) == (35, 150)


def test_the_fingerprint_ignores_order_and_update_date_and_nothing_else() -> None:
    source = poi()
    reordered = dict(reversed(poi(lastUpdateDatatourisme="2027-01-01").items()))
    changed = poi(**price(schema__price="8"))

    assert draft_of(source).fingerprint == draft_of(reordered).fingerprint
    assert draft_of(source).fingerprint != draft_of(changed).fingerprint


@pytest.mark.parametrize(
    "nonsense", [None, 7, True, "x", [], [None], {}, [[["x"]]], {"@value": {}}, {"fr": {"fr": "x"}}]
)
def test_no_nonsense_under_any_known_key_can_stop_the_reader(nonsense: Any) -> None:
    keys = [
        "@type", "rdfs:comment", "hasDescription", "hasBeenCreatedBy", "hasBeenPublishedBy",
        "hasBookingContact", "isLocatedAt", "offers", "takesPlaceAt", "hasMainRepresentation",
        "hasTheme", "availableLanguage", "hasFeature", "reducedMobilityAccess", "allowedPersons",
        "schema:duration", "lastUpdate", "dc:identifier",
    ]  # fmt: skip

    for key in keys:
        assert draft_of({**poi(), key: nonsense}).text("fr").title == "Balade en gabare"
