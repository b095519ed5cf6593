"""Says names where the engine only knows codes: products, agencies, groups, channels.

The engine decides by codes and freezes them, because names change and decisions must not. A page
looks the names up when it is read and puts them into the kept sentences. A code without a name
stays as it is: a sentence with a code is better than none.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared_apps.commissions.explain import MESSAGES, NONE_GIVEN
from shared_apps.pricing.steps import Step

KINDS = {
    "commission.product_mismatch": "product",
    "commission.provider_mismatch": "provider",
    "commission.category_mismatch": "category",
    "commission.agency_mismatch": "agency",
    "commission.group_mismatch": "group",
    "commission.channel_mismatch": "channel",
}
"""What the codes in a sentence are codes of."""

_WINDOWS = frozenset({"commission.outside_sale_window", "commission.outside_service_window"})


@dataclass(frozen=True)
class Names:
    """Names by kind and code, in the language of the reader."""

    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, kind: str, code: str) -> str:
        """The name of ``code``, or the code itself when nobody knows it."""
        return self.known.get(kind, {}).get(code) or code

    def named(self, step: Step) -> Step:
        """The sentence with names for codes, and words for what a sale or window has not."""
        if step.message_id in _WINDOWS:
            return _open_window(step)
        kind = KINDS.get(step.message_id)
        if kind is None:
            return step
        if kind == "group" and step.values["found"] == NONE_GIVEN:
            step = _variant(step, "none")
        values = dict(step.values)
        for place in ("wanted", "found"):
            codes = str(values[place]).split(", ") if kind == "channel" else [str(values[place])]
            values[place] = ", ".join(self.of(kind, code) for code in codes)
        return dataclasses.replace(step, values=values)


def _open_window(step: Step) -> Step:
    first, last = step.values["first"] == NONE_GIVEN, step.values["last"] == NONE_GIVEN
    if first == last:
        return step
    return _variant(step, "until" if first else "from")


def _variant(step: Step, name: str) -> Step:
    message_id = f"{step.message_id}_{name}"
    return dataclasses.replace(step, message_id=message_id, message=MESSAGES[message_id])


def codes_in(steps: list[Step]) -> dict[str, set[str]]:
    """The codes that the sentences mention, by kind."""
    found: dict[str, set[str]] = {}
    for step in steps:
        kind = KINDS.get(step.message_id)
        if kind is not None and kind != "channel":
            codes = {str(step.values[place]) for place in ("wanted", "found")}
            found.setdefault(kind, set()).update(codes - {NONE_GIVEN})
    return found
