from django.apps import AppConfig


class OperatorConfig(AppConfig):
    name = "shared_apps.operator"
    label = "operator"
    verbose_name = "Operator console"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the console's menu: by task, not by table."""
        from shared_apps.operator.menu import MENU
        from shared_apps.operator.navigation import menu_register

        menu_register("operator", MENU)
