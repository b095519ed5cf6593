"""Special operations, under ``/operations/``."""

from django.urls import path

from shared_apps.operator.views import operations

urlpatterns = [
    path("", operations.operations, name="operator_operations"),
    path("nouvelle/", operations.operation_new, name="operator_operation_new"),
    path("<slug:code>/", operations.operation, name="operator_operation"),
    path("<slug:code>/modifier/", operations.operation_change, name="operator_operation_change"),
    path("<slug:code>/lignes/", operations.operation_lines, name="operator_operation_lines"),
    path("<slug:code>/<slug:verb>/", operations.operation_act, name="operator_operation_act"),
]
