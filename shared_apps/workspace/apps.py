from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    name = "shared_apps.workspace"
    label = "workspace"
    verbose_name = "Provider workspace"
    default_auto_field = "django.db.models.BigAutoField"
