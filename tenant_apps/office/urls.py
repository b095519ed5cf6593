"""Addresses of the agency's office, under ``/gestion/``."""

from django.urls import path

from tenant_apps.office.views import access, home, orders, selection, shop_front

urlpatterns = [
    path("", home.home, name="office_home"),
    path("recherche/", home.search, name="office_search"),
    path("commandes/", orders.orders, name="office_orders"),
    path("commandes/<str:reference>/", orders.order, name="office_order"),
    path("commandes/<str:reference>/encaisser/", orders.order_collect, name="office_collect"),
    path("commandes/<str:reference>/annuler/", orders.order_stop, name="office_cancel"),
    path("selection/", selection.selection, name="office_selection"),
    path("marque/", shop_front.brand, name="office_brand"),
    path("marque/contraste/", shop_front.brand_contrast, name="office_contrast"),
    path("contact/", shop_front.contact, name="office_contact"),
    path("equipe/", access.team, name="office_team"),
    path("equipe/<int:pk>/<slug:verb>/", access.team_act, name="office_team_act"),
    path("cles/", access.keys, name="office_keys"),
    path("cles/<int:pk>/revoquer/", access.key_revoke, name="office_key_revoke"),
    path("audit/", home.audit, name="office_audit"),
]
