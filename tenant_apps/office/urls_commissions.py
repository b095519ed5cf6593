"""The agency's commissions, under ``/gestion/commissions/``."""

from shared_apps.operator.rulebook.addresses import addresses
from tenant_apps.office.views import commissions

urlpatterns = addresses("office", commissions)
