"""The operator's host: the console at ``/``, webhooks."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.urls_health")),
    path("webhooks/", include("saas.urls_webhooks")),
    path("compte/", include("shared_apps.identity.urls")),
    path("", include("shared_apps.operator.urls")),
]
