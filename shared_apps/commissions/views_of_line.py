"""The explanation of one sale line as one party may see it: THE part every page includes.

``line_view(line, viewer=…)`` gathers it, and the template ``office/why/line.html`` shows it::

    context["view"] = provider_line_view(journal_line)      # the provider's workspace
    {% if view %}{% include "office/why/line.html" with view=view %}{% endif %}

Nothing that :mod:`shared_apps.commissions.sight` withholds from the viewer is in the object that
the template receives. The caller answers for *who* the viewer is: that the agency is the one of
this host, or that the journal line is of this provider.

The replay (:mod:`shared_apps.commissions.replay`) runs at each view: a page that claims "the same
to the cent" has just proved it. Its findings are told in full to the operator only, because
they name the amounts of everybody; the others learn that something differs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from shared_apps.catalog.texts import text_in
from shared_apps.commissions import ports
from shared_apps.commissions.catalogue_names import names_read
from shared_apps.commissions.frozen_line import FrozenLine
from shared_apps.commissions.naming import Names, codes_in
from shared_apps.commissions.replay import line_replay
from shared_apps.commissions.rule_words import rule_codes, rule_facts
from shared_apps.commissions.sight import (
    FOREIGN_REASONS,
    SEES_RULES,
    STAGES,
    SeenPrice,
    Viewer,
    funding_steps_seen,
    price_seen,
    price_steps_seen,
    rate_seen,
    rule_concerns,
)
from shared_apps.commissions.value_words import value_words
from shared_apps.commissions.waterfall_picture import Bar, Slice, bars_of, slices_of
from shared_apps.journal.models import JournalLine
from shared_apps.pricing.steps import Step

Text = str | Promise

LABELS: dict[str, Text] = {
    "listed": _("Listed price"),
    "discount": _("Discount"),
    "public": _("Public tariff"),
    "markup": _("Markup"),
    "undiscounted": _("Price without discount"),
    "sale": _("Sale price"),
    "struck": _("Struck-through price"),
    "advantage": _("Advantage"),
    "pays": _("Customer pays"),
    "basis": _("Tariff under the shares"),
    "provider_commission": _("Provider commission"),
    "purchase": _("Purchase price"),
    "reference": _("Price at the network's markup"),
    "commission_base": _("Base of the commission"),
    "commission_uncapped": _("Commission before floor and cap"),
    "commission": _("Commission"),
    "markup_gain": _("From the agency's own markup"),
    "agency_funding": _("Funded by the agency"),
    "provider": _("Provider share"),
    "agency": _("Agency share"),
    "operator": _("Operator share"),
    "network": _("Network share"),
}
CLIENT_LABELS: dict[str, Text] = {
    "undiscounted": _("Price without discount"),
    "struck": _("Price without discount"),
    "discount": _("Discount"),
    "sale": _("Price"),
    "advantage": _("Advantage"),
    "pays": _("To pay"),
}
EARNS: dict[str, Text] = {
    "agency": _("for the agency on this sale"),
    "provider": _("for the provider on this sale"),
}
FUNDERS: dict[str, Text] = {
    "provider": _("the provider"),
    "operator": _("the operator"),
    "agency": _("the agency"),
}


@dataclass(frozen=True)
class Row:
    """One line of the table: a stage for one unit and for all units, in the price's currency."""

    name: str
    label: Text
    unit: Decimal
    total: Decimal


@dataclass(frozen=True)
class PriceView:
    """One rate category: picture, parts of what is paid, table and sentences."""

    title: str
    quantity: int
    currency: str
    bars: list[tuple[Text, Bar]]
    slices: list[tuple[Text, Slice]]
    rows: list[Row]
    sentences: list[str]


@dataclass(frozen=True)
class Loser:
    """A rule that did not apply: its version where it is known, and why."""

    code: str
    sentence: str


@dataclass(frozen=True)
class ReplayView:
    """Whether the line replays to the same cent, and for the operator what differs."""

    same: bool
    complete: bool
    differences: list[str]


@dataclass(frozen=True)
class Earned:
    """The share that a page about a rate is about: whose, and how much over all units."""

    label: Text
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class LineView:
    """Everything that ``viewer`` may read about one line; ``facts`` are (label, text).

    ``earned`` is what the line gives to the party whose rate is explained, None without a price.
    """

    viewer: Viewer
    earned: Earned | None
    prices: list[PriceView]
    winner: str
    facts: list[tuple[Text, str]]
    losers: list[Loser]
    replay: ReplayView | None
    operation: tuple[str, ...] = ()

    @property
    def explains_rule(self) -> bool:
        """Whether the choice of the rule is part of what this viewer sees."""
        return bool(self.winner)


def line_view(
    line: FrozenLine, *, viewer: Viewer, names: Names | None = None, replayed: bool = True
) -> LineView:
    """What ``viewer`` may see of ``line``, in the current language.

    ``names`` may be given when several lines share one reading of names. ``replayed`` is False
    for a question, which nothing was frozen for. Raises KeyError for a snapshot that is not one
    of ours.
    """
    if names is None:
        names = names_for([line])
    winner = ""
    losers: list[Loser] = []
    facts: list[tuple[Text, str]] = []
    if viewer in SEES_RULES:
        winner, losers = _choice(line.commission, viewer, names)
        facts = rule_facts(line.commission["decision"], _rate(line, viewer), names)
    if viewer is Viewer.PROVIDER:
        facts = _provider_facts(line)
    return LineView(
        viewer=viewer,
        earned=_earned(line, viewer),
        prices=[_price(item, line.commission, viewer) for item in line.waterfall if _sold(item)],
        winner=winner,
        facts=facts,
        losers=losers,
        replay=_replay(line, viewer) if replayed and viewer is not Viewer.CLIENT else None,
        operation=_operation(line.commission, viewer),
    )


def provider_line_view(entry: JournalLine) -> LineView | None:
    """The provider's view of the line that a journal entry is about; None when there is none.

    The caller has made sure that ``entry.provider`` is the provider who asks. Opens the agency's
    schema through :mod:`shared_apps.commissions.ports`.
    """
    if entry.line_id is None:
        return None
    line = ports.line_read(agency=entry.agency, line_id=entry.line_id)
    return None if line is None else line_view(line, viewer=Viewer.PROVIDER)


def names_for(lines: Iterable[FrozenLine]) -> Names:
    """The names that the explanations of ``lines`` mention, read together."""
    codes: dict[str, set[str]] = {}
    for line in lines:
        found = [codes_in(_steps(line.commission.get("explanation")))]
        found.append(rule_codes(line.commission.get("decision") or {}))
        for part in found:
            for kind, some in part.items():
                codes.setdefault(kind, set()).update(some)
    return names_read(codes)


def _sold(item: Mapping[str, Any]) -> bool:
    return bool(item["quantity"])


def _steps(frozen: Iterable[Mapping[str, Any]] | None) -> list[Step]:
    return [Step.from_json(step) for step in frozen or []]


def _said(step: Step) -> str:
    return step.render(gettext, value_words)


def _choice(commission: Mapping[str, Any], viewer: Viewer, names: Names) -> tuple[str, list[Loser]]:
    """The winner in words, and the losers this viewer may read of."""
    steps = _steps(commission["explanation"])
    decision, reasons = commission["decision"], steps[1:]
    others = decision.get("others")
    if others is not None and len(others) == len(reasons):
        seen = [
            Loser(rule["id"], _said(names.named(step)))
            for rule, step in zip(others, reasons, strict=True)
            if rule_concerns(rule, decision["sale"], viewer)
        ]
    else:
        hidden = frozenset[str]() if viewer is Viewer.OPERATOR else FOREIGN_REASONS
        seen = [
            Loser("", _said(names.named(step)))
            for step in reasons
            if step.message_id.removeprefix("commission.") not in hidden
        ]
    return _said(steps[0]), seen


def _operation(commission: Mapping[str, Any], viewer: Viewer) -> tuple[str, ...]:
    """What a special operation gave on the line and who funds it, as far as it concerns them."""
    steps = _steps(commission.get("operation", {}).get("explanation"))
    return tuple(_said(step) for step in funding_steps_seen(steps, viewer))


def _rate(line: FrozenLine, viewer: Viewer) -> Mapping[str, Any] | None:
    """What the winner gives; all rate categories of a line were priced by one rule."""
    for item in line.waterfall:
        seen = price_seen(item["price"], viewer)
        return None if seen.rate is None else {**seen.rate, "currency": seen.currency}
    return rate_seen(line.rate, viewer)


def _earned(line: FrozenLine, viewer: Viewer) -> Earned | None:
    whose = "provider" if viewer is Viewer.PROVIDER else "agency"
    seen = [price_seen(item["price"], viewer) for item in line.waterfall]
    if not seen or whose not in seen[0].unit:
        return None
    total = sum((price.total[whose] for price in seen), Decimal(0))
    return Earned(EARNS[whose], total, seen[0].currency)


def _provider_facts(line: FrozenLine) -> list[tuple[Text, str]]:
    for item in line.waterfall:
        seen = price_seen(item["price"], Viewer.PROVIDER)
        percent = value_words(seen.percent["provider_commission"])
        facts: list[tuple[Text, str]] = [(_("Provider commission"), f"{percent} %")]
        if seen.funder:
            facts.append((_("Discount funded by"), str(FUNDERS[seen.funder])))
        return facts
    return []


def _price(item: Mapping[str, Any], commission: Mapping[str, Any], viewer: Viewer) -> PriceView:
    seen = price_seen(item["price"], viewer)
    labels = CLIENT_LABELS if viewer is Viewer.CLIENT else LABELS
    explained = commission.get("price_explanation", {}).get(item["code"])
    return PriceView(
        title=text_in(item.get("labels"), get_language() or "fr") or str(item["code"]),
        quantity=seen.quantity,
        currency=seen.currency,
        bars=[(labels[bar.name], bar) for bar in bars_of(seen)],
        slices=[(labels[part.name], part) for part in slices_of(seen)],
        rows=_rows(seen, labels),
        sentences=[_said(step) for step in price_steps_seen(_steps(explained), viewer)],
    )


def _rows(seen: SeenPrice, labels: Mapping[str, Text]) -> list[Row]:
    """Every stage that the viewer sees, without those that changed nothing."""
    unit, total = seen.unit, seen.total
    idle = {name for name in ("markup_gain", "agency_funding") if not unit.get(name)}
    if unit.get("commission_uncapped") == unit.get("commission"):
        idle.add("commission_uncapped")
    return [
        Row(name, labels[name], unit[name], total[name])
        for name in (*STAGES, "network")
        if name in unit and name not in idle
    ]


def _replay(line: FrozenLine, viewer: Viewer) -> ReplayView:
    replay = line_replay(
        waterfall=line.waterfall,
        commission=line.commission,
        quantities=line.quantities,
        booked=line.booked,
    )
    told = replay.differences if viewer is Viewer.OPERATOR else ()
    return ReplayView(replay.same, replay.complete, [_said(step) for step in told])
