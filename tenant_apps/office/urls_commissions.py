"""The agency's commissions, under ``/gestion/commissions/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
