"""The ten categories every catalogue starts with; the operator renames and orders them."""

from django.db import transaction

from shared_apps.catalog.models import Category

# code, service type of L2, French, English, picture
BASIC = (
    ("stay", 2, "Séjours", "Stays", "category-stay.svg"),
    ("activity", 4, "Activités", "Activities", "category-activity.svg"),
    ("tour", 4, "Visites et circuits", "Tours", "category-tour.svg"),
    ("tasting", 4, "Dégustations", "Tastings", "category-tasting.svg"),
    ("culture", 4, "Patrimoine et culture", "Heritage and culture", "category-culture.svg"),
    ("event", 4, "Événements", "Events", "category-event.svg"),
    ("accommodation", 2, "Hébergements", "Places to stay", "category-stay.svg"),
    ("food", 4, "Tables et saveurs", "Food", "category-tasting.svg"),
    ("transport", 1, "Transports", "Transport", "category-tour.svg"),
    ("vehicle-hire", 3, "Location de véhicules", "Vehicle hire", "category-tour.svg"),
    ("wellness", 4, "Bien-être", "Wellness", "category-activity.svg"),
)


@transaction.atomic
def categories_ensure() -> dict[str, Category]:
    """The categories by code; the basic ones are created where they are missing.

    What the operator renamed stays renamed.
    """
    Category.objects.bulk_create(
        [
            Category(
                code=code,
                service_type=service_type,
                names={"fr": french, "en": english},
                picture=picture,
                position=position,
            )
            for position, (code, service_type, french, english, picture) in enumerate(BASIC)
        ],
        ignore_conflicts=True,
    )
    return {category.code: category for category in Category.objects.all()}
