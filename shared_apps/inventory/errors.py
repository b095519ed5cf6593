"""What selling stock can refuse."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class StockError(Exception):
    """Base of the refusals of this app; ``code`` is stable, ``message`` is for people."""

    code = "stock"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class SoldOut(StockError):
    """Too few places are left, or the departure is closed, cancelled or has begun."""

    code = "sold_out"

    def __init__(self, departure_id: int, wanted: int, left: int | None = None) -> None:
        self.departure_id, self.wanted, self.left = departure_id, wanted, left
        super().__init__(self._words())

    def _words(self) -> str:
        if not self.left:
            return _("No places are left on this date. Choose another one.")
        return ngettext(
            "Only %(left)d place is left. Choose fewer people or another date.",
            "Only %(left)d places are left. Choose fewer people or another date.",
            self.left,
        ) % {"left": self.left}


class HoldGone(StockError):
    """The hold had expired or was given back before it could be used."""

    code = "hold_gone"
