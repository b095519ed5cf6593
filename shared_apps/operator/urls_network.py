"""Agreements, groups and sellers of record, under ``/reseau/``."""

from django.urls import path

from shared_apps.operator.views import network

urlpatterns = [
    path("groupes/", network.groups, name="operator_groups"),
    path("vendeur/", network.seller, name="operator_own_seller"),
    path("<slug:slug>/accord/", network.agreement, name="operator_agreement"),
    path("<slug:slug>/catalogue/", network.listed, name="operator_listed"),
    path("<slug:slug>/groupe/", network.group, name="operator_group"),
    path("<slug:slug>/vendeur/", network.seller, name="operator_seller"),
    path(
        "<slug:slug>/vendeur/<int:pk>/approuver/",
        network.seller_approve,
        name="operator_seller_approve",
    ),
]
