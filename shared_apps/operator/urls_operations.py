"""Special operations, under ``/operations/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
