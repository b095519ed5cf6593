from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkspaceConfig(AppConfig):
    name = "shared_apps.workspace"
    label = "workspace"
    verbose_name = "Provider workspace"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the workspace's menu."""
        from shared_apps.operator.navigation import Entry, Group, menu_register

        menu_register(
            "provider",
            [
                Group(
                    "",
                    [Entry(_("To do now"), "workspace_home", "home", "workspace.view", alone=True)],
                ),
                Group(_("Sell"), [Entry(_("Sales"), "workspace_sales", "chart", "workspace.view")]),
                Group(
                    _("Settle"),
                    [Entry(_("Statements"), "workspace_statements", "receipt", "statements.view")],
                ),
            ],
        )
