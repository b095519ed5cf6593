"""The operator's commission invoices and mandates, under ``/factures/``."""

from django.urls import path

from shared_apps.invoices import views

urlpatterns = [
    path("", views.invoices, name="operator_invoices"),
    path("a-emettre/", views.due, name="operator_invoices_due"),
    path("emettre/<int:pk>/", views.issue, name="operator_invoice_issue"),
    path("identite/", views.identity, name="operator_buyer_identity"),
    path("mandats/", views.mandates, name="operator_mandates"),
    path("mandats/nouveau/", views.mandate_new, name="operator_mandate_new"),
    path("mandats/<int:pk>/", views.mandate, name="operator_mandate"),
    path("mandats/<int:pk>/terminer/", views.mandate_stop, name="operator_mandate_end"),
    path("<str:number>/", views.invoice, name="operator_invoice"),
    path("<str:number>/crediter/", views.credit, name="operator_invoice_credit"),
    path("<str:number>/fichier/<slug:kind>/", views.invoice_file, name="operator_invoice_file"),
]
