"""The provider workspace, under ``/prestataire/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
