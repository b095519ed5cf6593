"""Addresses of the API, and its OpenAPI document."""

from django.urls import path, re_path

from tenant_apps.orders.api import views
from tenant_apps.orders.api.fallback import api_not_found
from tenant_apps.orders.api.openapi import api_schema

urlpatterns = [
    path("openapi.json", api_schema, name="api_schema"),
    path("products/", views.ProductsView.as_view(), name="api_products"),
    path("products/<str:reference>/", views.ProductView.as_view(), name="api_product"),
    path(
        "products/<str:reference>/departures/",
        views.DeparturesView.as_view(),
        name="api_departures",
    ),
    path("orders/", views.OrdersView.as_view(), name="api_orders"),
    path("orders/<str:reference>/", views.OrderView.as_view(), name="api_order"),
    path("orders/<str:reference>/confirm/", views.ConfirmView.as_view(), name="api_confirm"),
    path("orders/<str:reference>/cancel/", views.CancelView.as_view(), name="api_cancel"),
    re_path(r"^", api_not_found),  # whatever else it is, new lines included,
]
