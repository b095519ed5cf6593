"""The ten categories every catalogue starts with; the operator renames and orders them."""

from django.db import transaction

from shared_apps.catalog.models import Category

# code, service type of L2, French, English, picture
BASIC = (
    ("stay", 2, "Séjours", "Stays", "category-stay"),
    ("activity", 4, "Activités", "Activities", "category-activity"),
    ("tour", 4, "Visites et circuits", "Tours", "category-tour"),
    ("tasting", 4, "Dégustations", "Tastings", "category-tasting"),
    ("culture", 4, "Patrimoine et culture", "Heritage and culture", "category-culture"),
    ("event", 4, "Événements", "Events", "category-event"),
    ("accommodation", 2, "Hébergements", "Places to stay", "category-stay"),
    ("food", 4, "Tables et saveurs", "Food", "category-tasting"),
    ("transport", 1, "Transports", "Transport", "category-tour"),
    ("vehicle-hire", 3, "Location de véhicules", "Vehicle hire", "category-tour"),
    ("wellness", 4, "Bien-être", "Wellness", "category-activity"),
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
