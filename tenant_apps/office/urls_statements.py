"""The agency's statements, under ``/gestion/releves/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
