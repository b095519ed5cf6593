"""The operator's commission rules and change sets, under ``/commissions/``."""

from shared_apps.operator.rulebook.addresses import addresses
from shared_apps.operator.views import commissions

urlpatterns = addresses("operator", commissions)
