"""The agency's dashboard, under ``/gestion/tableau/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
