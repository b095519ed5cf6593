"""What the template database holds: the operator, two agencies, a small validated catalogue."""

from tenants.models import Agency
from tenants.provisioning import agency_create


def build_world() -> None:
    """Build it with the product's own actions, so that it is a world the product can make."""
    for slug, name in (("lumiere", "Lumière Voyages"), ("ocean", "Océan Réceptif")):
        agency_create(agency=Agency(slug=slug, name=name))
