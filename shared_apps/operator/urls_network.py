"""Agreements, groups and sellers of record, under ``/reseau/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
