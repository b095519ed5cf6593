"""Sellers, points of sale and their shares, under ``/gestion/vendeurs/``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
