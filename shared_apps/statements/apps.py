from django.apps import AppConfig


class StatementsConfig(AppConfig):
    name = "shared_apps.statements"
    label = "statements"
    verbose_name = "Statements"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the mails."""
        from shared_apps.statements import notifications  # noqa: F401
