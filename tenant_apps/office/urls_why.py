""" "Why this rate?" for the agency, under ``/gestion/pourquoi/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
