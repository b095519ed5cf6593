"""Answers a file of cases: every case gets its slot, whatever is wrong with its neighbours.

Both engines can be asked from outside, in bulk, by people who check them: an accountant with a
spreadsheet of sales, a test suite in another language. They send a JSON list and get one back, of
the same length and in the same order. Three things can happen to a case:

- it is answered;
- the rules answer it with a refusal, such as a discount above the price: that *is* the answer;
- it is malformed: its slot then names the case, the code and the reason, and so does a complaint
  for the error stream, because a list in which nobody looks for errors hides them.

Numbers never become floats on the way in, and numbers of absurd length never become anything: one
of them must not take the whole file down.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from shared_apps.pricing.errors import InputError

LONGEST_WHOLE_NUMBER = 18
"""Digits; longer whole numbers stay text, which the reader of the field then refuses."""

Answer = Callable[[object], dict[str, object]]
"""Answers one input, or raises InputError when it is malformed."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One slot per case, in order, and one complaint per malformed case."""

    slots: tuple[dict[str, object], ...]
    complaints: tuple[str, ...]


def cases_read(text: str) -> list[object]:
    """Read the file's text into a list of cases.

    :raises InputError: ``not_json`` or ``not_a_list``.
    """
    try:
        document = json.loads(
            text, parse_float=Decimal, parse_int=_whole_number, parse_constant=str
        )
    except RecursionError as error:
        raise InputError("not_json", "The file nests too deeply.") from error
    except ValueError as error:
        raise InputError("not_json", f"The file is not JSON: {error}.") from error
    if not isinstance(document, list):
        raise InputError("not_a_list", "The file must hold a list of cases.")
    return document


def cases_answer(cases: list[object], answer: Answer) -> Answers:
    """Answer each case, given bare or as the ``input`` beside an ``expected``."""
    slots: list[dict[str, object]] = []
    complaints: list[str] = []
    for index, case in enumerate(cases):
        source = case["input"] if isinstance(case, Mapping) and "input" in case else case
        try:
            slots.append(answer(source))
        except InputError as error:
            name = _case_name(source, index)
            slots.append({"error": error.code, "case": name, "message": error.message})
            complaints.append(f"case {json.dumps(name)}: {error.code}: {error.message}")
    return Answers(tuple(slots), tuple(complaints))


def _case_name(source: object, index: int) -> str | int:
    """Name a case by its id, or by its place in the list, counted from 0, when it has none."""
    name = source.get("id") if isinstance(source, Mapping) else None
    return name if isinstance(name, str) and name else index


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_WHOLE_NUMBER else digits
