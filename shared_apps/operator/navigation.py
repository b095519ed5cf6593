"""The menus of the offices: by task, not by table; only what the person may open.

One registry for both doors: the console registers its own groups, the agency office registers
its groups from ``tenant_apps.office``. An entry carries the capability its page requires, so
the menu and the gate cannot disagree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Entry:
    """One page of the menu."""

    label: Text
    url_name: str
    icon: str
    capability: str
    alone: bool = False
    """Current on its own address only: every other page's address begins with the home's."""


@dataclass(frozen=True)
class Group:
    """Entries under one heading (empty for the first group)."""

    label: Text
    entries: Sequence[Entry]


@dataclass(frozen=True)
class ShownEntry:
    """An entry as one person sees it on one page."""

    label: Text
    url: str
    icon: str
    current: bool


_menus: dict[str, list[Group]] = {}


def menu_register(door: str, groups: Sequence[Group]) -> None:
    """Set the menu of ``door`` (operator, agency or provider); called when Django starts."""
    _menus[door] = list(groups)


def menu_for(
    door: str, capabilities: frozenset[str], path: str
) -> list[tuple[Text, list[ShownEntry]]]:
    """The menu of ``door`` with what ``capabilities`` allow; the entry of ``path`` is current."""
    urls = {
        entry: reverse(entry.url_name)
        for group in _menus.get(door, [])
        for entry in group.entries
        if entry.capability in capabilities
    }
    matching = [
        url
        for entry, url in urls.items()
        if path == url or (path.startswith(url) and not entry.alone)
    ]
    current = max(matching, key=len, default="")
    shown = []
    for group in _menus.get(door, []):
        entries = [
            ShownEntry(entry.label, urls[entry], entry.icon, urls[entry] == current)
            for entry in group.entries
            if entry in urls
        ]
        if entries:
            shown.append((group.label, entries))
    return shown
