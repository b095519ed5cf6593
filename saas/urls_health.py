"""Liveness and readiness, the same on every kind of host."""

from django.urls import path

from saas import health

urlpatterns = [path("healthz", health.healthz), path("readyz", health.readyz)]
