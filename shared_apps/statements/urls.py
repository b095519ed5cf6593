"""The operator's statements, under ``/releves/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
