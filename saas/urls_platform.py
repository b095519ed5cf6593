"""The bare address (no known host name): health and provider webhooks, nothing else."""

from django.urls import include, path

urlpatterns = [
    path("", include("saas.urls_health")),
    path("webhooks/", include("saas.urls_webhooks")),
]
