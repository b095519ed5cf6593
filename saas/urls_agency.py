"""An agency's host: shop at ``/``, office at ``/gestion/``, API at ``/api/v1/``."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.urls_health")),
    path("gestion/compte/", include("shared_apps.identity.urls")),
    path("gestion/", include("tenant_apps.office.urls")),
    path("api/v1/", include("tenant_apps.orders.api.urls")),
    path("", include("tenant_apps.shop.urls")),
]

handler400 = "saas.errors.bad_request"
handler403 = "saas.errors.forbidden"
handler404 = "saas.errors.not_found"
handler500 = "saas.errors.server_error"
