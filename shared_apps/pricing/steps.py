"""A step of an explanation: one sentence with its numbers, ready to be said in any language.

The engines explain themselves in steps and know no language but English, nor Django. A step keeps
its sentence apart from its numbers: a door looks the sentence up in its catalogue (the English
text is the gettext message) and formats the numbers for its reader. Stored on an order line, a
step keeps saying what was said at the time of the sale.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Self

from moneyed import Money

from shared_apps.pricing.money import money_text, percent_text

Value = Money | Decimal | date | int | str
"""What a sentence may mention; a Decimal is a percentage."""


def gettext_noop(message: str) -> str:
    """Mark a message for the translators and return it as it is.

    Django's ``makemessages`` finds messages by this function's name, so a pure module can be
    translated without importing Django.
    """
    return message


def value_text(value: Value) -> str:
    """Write a value plainly, as the English text shows it: ``520.00 EUR``, ``12.5``."""
    if isinstance(value, Money):
        return f"{money_text(value)} {value.currency.code}"
    if isinstance(value, Decimal):
        return percent_text(value)
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of an explanation.

    :param message_id: stable name of the sentence, for instance ``price.sale``.
    :param message: the English sentence with ``{named}`` places.
    :param values: what fills the places.
    :param words: places to be filled with English words that are translated in turn.
    """

    message_id: str
    message: str
    values: Mapping[str, Value] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return self.render()

    def render(
        self,
        translate: Callable[[str], str] = gettext_noop,
        show: Callable[[Value], str] = value_text,
    ) -> str:
        """Return the sentence in the language of ``translate``, its values written by ``show``.

        With Django: ``step.render(gettext, localised)``.
        """
        shown = {name: show(value) for name, value in self.values.items()}
        said = {name: translate(word) for name, word in self.words.items()}
        return translate(self.message).format(**shown, **said)

    def to_json(self) -> dict[str, object]:
        """Write for keeping: the sentence, with its values as plain text."""
        return {
            "id": self.message_id,
            "message": self.message,
            "values": {name: value_text(value) for name, value in self.values.items()},
            "words": dict(self.words),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read what :meth:`to_json` wrote on an order line; values come back as their text.

        Trusts its source, which only this class writes: a KeyError means an altered order line.
        """
        return cls(kept["id"], kept["message"], kept["values"], kept["words"])
