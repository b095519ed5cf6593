""" "Why this rate?" on the operator's host, under ``/pourquoi/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
