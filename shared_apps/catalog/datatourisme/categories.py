"""How a DATAtourisme object becomes one of our ten categories.

The source gives each object all its classes at once (a hotel with a restaurant carries seventeen),
without order. So the mapping is a table read from top to bottom, most telling class first: the
first row whose class the object carries wins. Sleeping somewhere beats eating there, an event beats
the museum it happens in, a tasting beats the shop.

`service_type` is the one of the package-travel rule (L2): 1 passenger transport, 2 accommodation, 3
vehicle hire, 4 other tourist service. It is a proposal: the operator confirms it when validating
the product. Bicycles and canoes are no motor vehicles, so hiring them is 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One of our categories with the service type of L2."""

    code: str
    service_type: int


STAY = Category("stay", 2)
ACTIVITY = Category("activity", 4)
TOUR = Category("tour", 4)
TASTING = Category("tasting", 4)
CULTURE = Category("culture", 4)
EVENT = Category("event", 4)
ACCOMMODATION = Category("accommodation", 2)
FOOD = Category("food", 4)
TRANSPORT = Category("transport", 1)
VEHICLE_HIRE = Category("transport", 3)
WELLNESS = Category("wellness", 4)

CATEGORIES: tuple[Category, ...] = (
    STAY,
    ACTIVITY,
    TOUR,
    TASTING,
    CULTURE,
    EVENT,
    ACCOMMODATION,
    FOOD,
    TRANSPORT,
    VEHICLE_HIRE,
    WELLNESS,
)

CATEGORY_BY_TYPE: tuple[tuple[str, Category], ...] = (
    ("AccommodationProduct", STAY),
    ("Accommodation", ACCOMMODATION),
    ("schema:LodgingBusiness", ACCOMMODATION),
    ("EntertainmentAndEvent", EVENT),
    ("schema:Event", EVENT),
    ("CarRental", VEHICLE_HIRE),
    ("MotorVehicleRental", VEHICLE_HIRE),
    ("Transporter", TRANSPORT),
    ("Transport", TRANSPORT),
    ("Tasting", TASTING),
    ("TastingProvider", TASTING),
    ("WineCellar", TASTING),
    ("BalneotherapyCentre", WELLNESS),
    ("ThalassotherapyCentre", WELLNESS),
    ("Spa", WELLNESS),
    ("MedicalPlace", WELLNESS),
    ("Tour", TOUR),
    ("Visit", TOUR),
    ("FoodEstablishment", FOOD),
    ("schema:FoodEstablishment", FOOD),
    ("CulturalSite", CULTURE),
    ("Practice", ACTIVITY),
    ("Course", ACTIVITY),
    ("Rental", ACTIVITY),
    ("SportsAndLeisurePlace", ACTIVITY),
    ("ActivityProvider", ACTIVITY),
    ("ServiceProvider", ACTIVITY),
    ("NaturalHeritage", CULTURE),
    ("Store", FOOD),
    ("Product", ACTIVITY),
)

WELLNESS_THEMES = frozenset(
    {"kb:Fitness", "kb:Wellness", "kb:Thalassotherapy", "kb:Balneotherapy", "kb:Spa"}
)
"""Themes that make an otherwise general activity provider a wellness one."""

_GENERAL_TYPES = frozenset(
    {"ActivityProvider", "ServiceProvider", "PlaceOfInterest", "PointOfInterest"}
)


def category_of(types: Iterable[str], themes: Iterable[str] = ()) -> Category | None:
    """Our category for the classes and themes of an object; None when no row fits."""
    carried = frozenset(types)
    if carried <= _GENERAL_TYPES and WELLNESS_THEMES.intersection(themes):
        return WELLNESS
    for source_type, category in CATEGORY_BY_TYPE:
        if source_type in carried:
            return category
    return None
