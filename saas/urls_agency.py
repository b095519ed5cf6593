"""An agency's host: shop at ``/``, office at ``/gestion/``, API at ``/api/v1/``."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.urls_health")),
    path("gestion/compte/", include("shared_apps.identity.urls")),
    path("gestion/commissions/", include("tenant_apps.office.urls_commissions")),
    path("gestion/pourquoi/", include("tenant_apps.office.urls_why")),
    path("gestion/releves/", include("tenant_apps.office.urls_statements")),
    path("gestion/factures/", include("tenant_apps.office.urls_invoices")),
    path("gestion/tableau/", include("tenant_apps.office.urls_reports")),
    path("gestion/vendeurs/", include("tenant_apps.subcommissions.urls")),
    path("gestion/", include("tenant_apps.office.urls")),
    path("api/v1/", include("tenant_apps.orders.api.urls")),
    path("", include("tenant_apps.shop.urls")),
]

handler400 = "saas.errors.bad_request"
handler403 = "saas.errors.forbidden"
handler404 = "saas.errors.not_found"
handler500 = "saas.errors.server_error"
