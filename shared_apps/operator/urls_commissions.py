"""The operator's commission rules and change sets, under ``/commissions/``."""

from django.urls import path

from shared_apps.operator.rulebook.addresses import addresses
from shared_apps.operator.views import commission_notice, commissions

urlpatterns = [
    *addresses("operator", commissions),
    path("preavis/", commission_notice.notice, name="operator_notice"),
]
