"""What the catalogue refuses, said so that a person knows what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands between a row and its next status, or its deletion.

    ``code`` is stable (tests, API); ``message`` is translated and for people.
    """

    code: str
    message: str


class CatalogRefused(Exception):
    """An action on the catalogue was refused and nothing was written.

    ``code`` is stable, ``message`` is for people, ``blockers`` names every reason at once so
    that nobody discovers them one by one.
    """

    def __init__(self, code: str, message: str, blockers: Sequence[Blocker] = ()) -> None:
        super().__init__(" ".join([message, *(blocker.message for blocker in blockers)]))
        self.code = code
        self.message = message
        self.blockers = list(blockers)
