"""The operator's commission invoices and mandates, under ``/factures/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
