"""The addresses of a rule book, the same in both offices: only the names and the gates differ."""

from types import ModuleType

from django.urls import URLPattern, path

ROUTES = {
    "": "grid",
    "modifier/": "change_many",
    "nouvelle/": "rule_new",
    "exemple/": "example",
    "choix/": "choices",
    "regles/<str:letter>/<int:series>/": "rule",
    "regles/<int:series>/modifier/": "rule_change",
    "regles/<int:series>/retirer/": "rule_retire",
    "lots/": "sets",
    "lots/<int:pk>/": "set",
    "lots/<int:pk>/publier/": "set_publish",
    "lots/<int:pk>/abandonner/": "set_discard",
    "lots/<int:pk>/annuler/": "set_undo",
    "lots/<int:pk>/retirer/<int:draft>/": "draft_drop",
    "demandes/": "requests",
    "demandes/<int:pk>/<slug:verb>/": "request_act",
    "controle/": "lint",
    "fichier/": "file_in",
    "fichier/<str:kind>/": "file_out",
}
VIEWS = {"set": "change_set"}


def addresses(prefix: str, views: ModuleType) -> list[URLPattern]:
    """Each route with the view of ``views`` of its name, called ``<prefix>_commissions_…``."""
    return [
        path(route, getattr(views, VIEWS.get(name, name)), name=f"{prefix}_commissions_{name}")
        for route, name in ROUTES.items()
    ]
