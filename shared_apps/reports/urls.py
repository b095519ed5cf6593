"""The operator's dashboard, under ``/tableau/``."""

from django.urls import path

from shared_apps.reports import views

urlpatterns = [path("", views.operator_dashboard, name="operator_dashboard")]
