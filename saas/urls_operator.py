"""The operator's host: the console at ``/``, the provider workspace, webhooks."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.urls_health")),
    path("webhooks/", include("saas.urls_webhooks")),
    path("compte/", include("shared_apps.identity.urls")),
    path("commissions/", include("shared_apps.operator.urls_commissions")),
    path("pourquoi/", include("shared_apps.operator.urls_why")),
    path("operations/", include("shared_apps.operator.urls_operations")),
    path("reseau/", include("shared_apps.operator.urls_network")),
    path("simulations/", include("shared_apps.simulation.urls")),
    path("releves/", include("shared_apps.statements.urls")),
    path("factures/", include("shared_apps.invoices.urls")),
    path("tableau/", include("shared_apps.reports.urls")),
    path("prestataire/", include("shared_apps.workspace.urls")),
    path("", include("shared_apps.operator.urls")),
]
