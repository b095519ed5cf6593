"""The agency's commissions, under ``/gestion/commissions/``."""

from django.urls import path

from shared_apps.operator.rulebook.addresses import addresses
from tenant_apps.office.views import commissions, markups

urlpatterns = [
    *addresses("office", commissions),
    path("sur-marges/", markups.markups, name="office_markups"),
    path("sur-marges/modifier/", markups.markups_change, name="office_markups_change"),
    path("sur-marges/toutes/", markups.markups_everything, name="office_markups_everything"),
]
