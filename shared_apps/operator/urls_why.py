""" "Why this rate?" on the operator's host, under ``/pourquoi/``."""

from django.urls import path

from shared_apps.operator.views import why

urlpatterns = [path("", why.why, name="operator_why")]
