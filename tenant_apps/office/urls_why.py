""" "Why this rate?" for the agency, under ``/gestion/pourquoi/``."""

from django.urls import path

from tenant_apps.office.views import why

urlpatterns = [path("", why.why, name="office_why")]
