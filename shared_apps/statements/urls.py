"""The operator's statements, under ``/releves/``."""

from django.urls import path

from shared_apps.statements import views

urlpatterns = [
    path("", views.statements, name="operator_statements"),
    path("preparer/", views.draft, name="operator_statements_draft"),
    path("conditions/", views.terms, name="operator_statement_terms"),
    path("<int:pk>/", views.statement, name="operator_statement"),
    path("<int:pk>/fichier/<slug:kind>/", views.statement_file, name="operator_statement_file"),
    path("<int:pk>/emettre/", views.issue, name="operator_statement_issue"),
    path("<int:pk>/payer/", views.pay, name="operator_statement_pay"),
    path("<int:pk>/portail/", views.portal, name="operator_statement_portal"),
    path("<int:pk>/lignes/<int:line_pk>/", views.line, name="operator_statement_line"),
    path(
        "<int:pk>/lignes/<int:line_pk>/<slug:verb>/",
        views.line_act,
        name="operator_statement_line_act",
    ),
]
