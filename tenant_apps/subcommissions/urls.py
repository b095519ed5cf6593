"""Sellers, points of sale and their shares, under ``/gestion/vendeurs/``."""

from django.urls import path

from tenant_apps.subcommissions import views

urlpatterns = [
    path("", views.people, name="office_sellers"),
    path("regles/", views.rules, name="office_sharing_rules"),
    path("regles/<int:pk>/finir/", views.rule_end, name="office_sharing_rule_end"),
    path("lignes/", views.lines, name="office_shares"),
    path("cles/<int:pk>/", views.key_attribute, name="office_key_attribute"),
    path("commande/<str:reference>/", views.order, name="office_order_seller"),
    path("<slug:kind>/<int:pk>/finir/", views.person_end, name="office_seller_end"),
]
