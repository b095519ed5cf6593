"""The provider workspace, under ``/prestataire/``."""

from django.urls import path

from shared_apps.workspace import views

urlpatterns = [
    path("", views.home, name="workspace_home"),
    path("ventes/", views.sales, name="workspace_sales"),
    path("ventes/<int:pk>/", views.sale, name="workspace_sale"),
    path("releves/", views.statements, name="workspace_statements"),
    path("releves/<int:pk>/", views.statement, name="workspace_statement"),
    path(
        "releves/<int:pk>/fichier/<slug:kind>/",
        views.statement_file,
        name="workspace_statement_file",
    ),
    path("releves/<int:pk>/accepter/", views.accept, name="workspace_statement_accept"),
    path("releves/<int:pk>/lignes/<int:line_pk>/", views.line, name="workspace_statement_line"),
    path(
        "releves/<int:pk>/lignes/<int:line_pk>/<slug:verb>/",
        views.line_act,
        name="workspace_statement_line_act",
    ),
]
