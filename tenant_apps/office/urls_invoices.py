"""The agency's commission invoices, under ``/gestion/factures/``."""

from django.urls import path

from tenant_apps.office.views import invoices

urlpatterns = [
    path("", invoices.invoices, name="office_invoices"),
    path("mandat/", invoices.mandate, name="office_mandate"),
    path("mandat/accepter/", invoices.accept, name="office_mandate_accept"),
    path("<str:number>/", invoices.invoice, name="office_invoice"),
    path("<str:number>/fichier/<slug:kind>/", invoices.invoice_file, name="office_invoice_file"),
]
