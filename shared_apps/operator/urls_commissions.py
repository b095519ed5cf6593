"""The operator's commission rules and change sets, under ``/commissions/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
