"""The operator's dashboard, under ``/tableau/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
