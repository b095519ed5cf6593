"""What the law wants said before the order (L3), line by line, and the boxes to tick (R12, L4).

The same rows that are shown are kept as evidence, so they are built once and passed on.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale
from django.utils import timezone
from django.utils.translation import gettext as _

from shared_apps.catalog.forms import StandardForm as FormText
from shared_apps.catalog.models import TermsVersion
from shared_apps.catalog.texts import text_in
from tenant_apps.orders.models import Order, OrderLine
from tenant_apps.shop.assemble.documents import terms_url
from tenant_apps.shop.assemble.lines import place_words, title_of, when_of
from tenant_apps.shop.assemble.product import lines_in, minimum_words
from tenant_apps.shop.assemble.words import cancellation_lines, day_words, nights_words
from tenant_apps.shop.presenters import Amount, InformationRow, StandardForm, TermsConsent

Rows = tuple[tuple[str, tuple[InformationRow, ...]], ...]


def information_of(
    order: Order, lines: Iterable[OrderLine], *, agency_name: str, language: str
) -> Rows:
    """Each line's title with the facts owed before the order."""
    return tuple(
        (title_of(line, language), _rows(order, line, agency_name, language)) for line in lines
    )


def _destination(place: dict[str, Any], language: str) -> str:
    country = Locale.parse(language).territories.get(place["country"], place["country"])
    return ", ".join(filter(None, [place_words(place), country]))


def _rows(
    order: Order, line: OrderLine, agency_name: str, language: str
) -> tuple[InformationRow, ...]:
    product, place = line.snapshot["product"], line.snapshot["place"]
    amount = Amount.of(line.customer_pays, order.currency, language)
    pairs = [
        (_("Destination"), _destination(place, language)),
        (_("Dates"), _dates(line)),
        (_("Included"), " · ".join(lines_in(product["included"], language))),
        (_("Not included"), " · ".join(lines_in(product["not_included"], language))),
        (_("Provider"), line.snapshot["provider"]["name"]),
        (_("Seller"), _seller(order, agency_name)),
        (_("Total price"), _("%(amount)s, all taxes included") % {"amount": amount.text}),
        (_("Payment"), _("The whole amount is paid with the order; no balance is due later.")),
        (_("Minimum number of participants"), _minimum(line)),
        (_("Cancellation fees"), " · ".join(cancellation_lines(product["cancellation_scale"]))),
        (_("Insurance"), _("No cancellation or assistance insurance is included in the price.")),
        (
            _("Formalities"),
            " ".join(lines_in(product["formalities"], language))
            or _("None that we know of. From outside the European Union, ask us before ordering."),
        ),
        (
            _("Reduced mobility"),
            " · ".join(lines_in(product["accessibility"], language))
            or _("Not said by the provider: ask us before ordering."),
        ),
        (_("Right of withdrawal"), _withdrawal(product)),
    ]
    return tuple(InformationRow(label, text) for label, text in pairs if text)


def _dates(line: OrderLine) -> str:
    departure, nights = line.snapshot["departure"], line.snapshot["product"]["nights"]
    if not nights:
        return f"{day_words(line.service_date)}, {when_of(line)}"
    ends_at = timezone.localtime(datetime.fromisoformat(departure["ends_at"])).date()
    return _("%(first)s to %(last)s, %(nights)s") % {
        "first": day_words(line.service_date),
        "last": day_words(ends_at),
        "nights": nights_words(nights),
    }


def _seller(order: Order, agency_name: str) -> str:
    seller = order.seller_snapshot.get("legal_name", "")
    if order.own_liability:
        return seller
    return _("%(seller)s; retailer: %(agency)s") % {"seller": seller, "agency": agency_name}


def _minimum(line: OrderLine) -> str:
    minimum = line.snapshot["product"]["min_participants"]
    if minimum <= 1:
        return _("None: it takes place whatever the number.")
    deadline = minimum_deadline(line)
    return " ".join(
        [
            minimum_words(minimum),
            _("If it is not reached you are told by %(day)s and paid back in full.")
            % {"day": day_words(deadline)},
        ]
    )


def minimum_deadline(line: OrderLine) -> date:
    """Until when a sale may be called off for lack of people (L5), by the length of the trip."""
    departure = line.snapshot["departure"]
    start = datetime.fromisoformat(departure["starts_at"])
    length = datetime.fromisoformat(departure["ends_at"]) - start
    if length > timedelta(days=6):
        return line.service_date - timedelta(days=20)
    if length >= timedelta(days=2):
        return line.service_date - timedelta(days=7)
    return line.service_date - timedelta(days=2)


def _withdrawal(product: dict[str, Any]) -> str:
    if product["undated_voucher"]:
        return _(
            "This voucher has no date: you have 14 days from the order to change your mind, "
            "without giving a reason and at no cost."
        )
    return _("None: the 14-day right of withdrawal does not apply to services with a date.")


def consents_of(
    terms: Sequence[TermsVersion], *, ticked: Iterable[str] = (), missing: str = ""
) -> tuple[TermsConsent, ...]:
    """One box per terms version; ``missing`` is said beside those that are not ticked."""
    known = set(ticked)
    consents = []
    for version in terms:
        name = f"terms_{version.pk}"
        consents.append(
            TermsConsent(
                name=name,
                text=_("I have read and accept “%(title)s”, version %(version)s.")
                % {"title": version.title, "version": version.version},
                title=version.title,
                url=terms_url(version.pk),
                version=version.version,
                checked=name in known,
                error=missing if missing and name not in known else "",
            )
        )
    return tuple(consents)


def form_of(form: FormText) -> StandardForm:
    """The standard information form as paragraphs; items of a list begin with a dash."""
    parts = [
        line.strip()
        for block in form.body.split("\n\n")
        for line in (block.split("\n") if block.startswith("- ") else [block.replace("\n", " ")])
    ]
    return StandardForm(
        title=form.title,
        code=form.code,
        version=form.version,
        paragraphs=tuple("– " + part[2:] if part.startswith("- ") else part for part in parts),
    )


def people_words(line: OrderLine, language: str) -> str:
    """ "2 × Adult, 1 × Child"."""
    return ", ".join(
        f"{rate['quantity']} × {text_in(rate['labels'], language) or rate['code']}"
        for rate in line.waterfall
    )


def evidence_of(
    rows: Rows, lines: Sequence[OrderLine], total: Amount, language: str
) -> dict[str, Any]:
    """What was shown, as it was shown, to be kept with the acceptance (L4)."""
    return {
        "language": language,
        "total": total.text,
        "lines": [
            {
                "title": title,
                "people": people_words(line, language),
                "rows": [[row.label, row.text] for row in facts],
            }
            for (title, facts), line in zip(rows, lines, strict=True)
        ],
    }
