"""The agency's commission invoices, under ``/gestion/factures/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
