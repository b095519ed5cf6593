"""The agency's dashboard, under ``/gestion/tableau/``."""

from django.urls import path

from tenant_apps.office.views import reports

urlpatterns = [path("", reports.agency_dashboard, name="office_dashboard")]
