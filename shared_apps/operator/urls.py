"""Addresses of the operator console."""

from django.urls import path

from shared_apps.operator.views import (
    agencies,
    catalogue,
    closings,
    departures,
    home,
    people,
    provider_people,
    sales,
    trail,
)

urlpatterns = [
    path("", home.home, name="operator_home"),
    path("recherche/", home.search, name="operator_search"),
    path("agences/", agencies.agencies, name="operator_agencies"),
    path("agences/nouvelle/", agencies.agency_new, name="operator_agency_new"),
    path("agences/<slug:slug>/", agencies.agency, name="operator_agency"),
    path("agences/<slug:slug>/<slug:verb>/", agencies.agency_act, name="operator_agency_act"),
    path("produits/", catalogue.product_list, name="operator_products"),
    path("produits/<str:reference>/", catalogue.product, name="operator_product"),
    path(
        "produits/<str:reference>/completer/",
        catalogue.product_change,
        name="operator_product_change",
    ),
    path(
        "produits/<str:reference>/departs/tableau/",
        departures.departures,
        name="operator_departures",
    ),
    path(
        "produits/<str:reference>/departs/tableau/modifier/",
        departures.departures_set,
        name="operator_departures_set",
    ),
    path(
        "produits/<str:reference>/departs/",
        catalogue.product_departures,
        name="operator_product_departures",
    ),
    path(
        "produits/<str:reference>/tarifs/", catalogue.product_rates, name="operator_product_rates"
    ),
    path(
        "produits/<str:reference>/<slug:verb>/", catalogue.product_act, name="operator_product_act"
    ),
    path("prestataires/", catalogue.provider_list, name="operator_providers"),
    path("prestataires/<str:reference>/", catalogue.provider, name="operator_provider"),
    path(
        "prestataires/<str:reference>/modifier/",
        catalogue.provider_change,
        name="operator_provider_change",
    ),
    path(
        "prestataires/<str:reference>/personnes/",
        provider_people.invite,
        name="operator_provider_people",
    ),
    path(
        "prestataires/<str:reference>/personnes/<int:pk>/<slug:verb>/",
        provider_people.act,
        name="operator_provider_people_act",
    ),
    path(
        "prestataires/<str:reference>/<slug:verb>/",
        catalogue.provider_act,
        name="operator_provider_act",
    ),
    path("lieux/", catalogue.place_list, name="operator_places"),
    path("lieux/<int:pk>/", catalogue.place, name="operator_place"),
    path("lieux/<int:pk>/valider/", catalogue.place_validate, name="operator_place_validate"),
    path("ventes/", sales.sales, name="operator_sales"),
    path("ventes/<slug:slug>/<str:reference>/", sales.sale, name="operator_sale"),
    path("clotures/", closings.closings, name="operator_closings"),
    path("clotures/<int:pk>/", closings.closing, name="operator_closing"),
    path("audit/", trail.audit, name="operator_audit"),
    path("messages/", trail.outbox, name="operator_messages"),
    path("messages/<uuid:pk>/", trail.message_retry, name="operator_message_retry"),
    path("evenements/", trail.events, name="operator_events"),
    path("evenements/<int:pk>/", trail.event_retry, name="operator_event_retry"),
    path("equipe/", people.team, name="operator_team"),
    path("equipe/<int:pk>/<slug:verb>/", people.team_act, name="operator_team_act"),
]
