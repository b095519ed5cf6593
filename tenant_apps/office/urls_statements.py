"""The agency's statements, under ``/gestion/releves/``."""

from django.urls import path

from tenant_apps.office.views import statements as views

urlpatterns = [
    path("", views.statements, name="office_statements"),
    path("<int:pk>/", views.statement, name="office_statement"),
    path("<int:pk>/fichier/<slug:kind>/", views.statement_file, name="office_statement_file"),
    path("<int:pk>/accepter/", views.accept, name="office_statement_accept"),
    path("<int:pk>/portail/", views.portal, name="office_statement_portal"),
    path("<int:pk>/lignes/<int:line_pk>/", views.line, name="office_statement_line"),
    path(
        "<int:pk>/lignes/<int:line_pk>/<slug:verb>/",
        views.line_act,
        name="office_statement_line_act",
    ),
]
