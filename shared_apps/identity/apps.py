from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "shared_apps.identity"
    label = "identity"
    verbose_name = "People who work: one user, memberships, two factors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register who sends invitations."""
        from shared_apps.identity import notifications  # noqa: F401 (registered by importing)
