"""A visitor of a shop: a client on one agency's host, and what its pages say."""

import json
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import tenant_context

from shared_apps.inventory.models import Departure
from tenant_apps.orders.models import Order
from tests.doors.stripe_double.servers import (
    API_KEY,
    Double,
    Receiver,
    running_double,
    running_receiver,
)
from tests.selling import departure_of

__all__ = [
    "API_KEY",
    "WHO",
    "Page",
    "Visitor",
    "checkout",
    "day",
    "departure_of",
    "ordered",
    "put",
    "webhooks_in",
]


@dataclass
class Page:
    """An answer of the shop, read as a person and as a program."""

    status: int
    html: str
    headers: dict[str, str]
    statements: list[str] = field(default_factory=list)
    cookies: tuple[str, ...] = ()

    @property
    def soup(self) -> BeautifulSoup:
        """The page as a tree."""
        return BeautifulSoup(self.html, "html.parser")

    @property
    def text(self) -> str:
        """What can be read on the page, spaces made single."""
        return re.sub(r"\s+", " ", unescape(self.soup.get_text(" ")))

    @property
    def main(self) -> str:
        """What can be read in the page's own part."""
        return re.sub(r"\s+", " ", self.soup.main.get_text(" "))

    def cards(self) -> list[str]:
        """Titles of the products listed, in order."""
        return [title.get_text(strip=True) for title in self.soup.select(".card__title")]

    def structured(self) -> dict:
        """The schema.org data of a product page."""
        return json.loads(self.soup.find("script", type="application/ld+json").string)


class Visitor:
    """Somebody with a browser, without scripts, on one agency's host."""

    def __init__(self, slug: str, *, checks: bool = False, **cookies: str) -> None:
        self.host = f"{slug}.localhost"
        self.client = Client(enforce_csrf_checks=checks)
        for name, value in cookies.items():
            self.client.cookies[name] = value

    def read(self, path: str, **headers: str) -> Page:
        """GET ``path``."""
        with CaptureQueriesContext(connection) as statements:
            answer = self.client.get(path, headers={"host": self.host, **headers})
        return self._page(answer, [query["sql"] for query in statements])

    def send(self, path: str, fields: dict[str, str], **headers: str) -> Page:
        """POST ``fields`` to ``path`` as one of the shop's own pages would."""
        answer = self.client.post(path, fields, headers={"host": self.host, **headers})
        return self._page(answer, [])

    def follow(self, page: Page) -> Page:
        """GET where ``page`` leads."""
        assert page.status in (302, 303), page.status
        return self.read(page.headers["Location"].removeprefix(f"http://{self.host}"))

    def _page(self, answer, statements: list[str]) -> Page:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return Page(
            status=answer.status_code,
            html=body.decode(errors="replace"),
            headers=dict(answer.headers),
            statements=statements,
            cookies=tuple(answer.cookies),
        )


@pytest.fixture
def visitor(db) -> Visitor:
    """A visitor of ``lumiere``, a French distributor under the operator's mark."""
    return Visitor("lumiere")


@pytest.fixture
def stranger(db) -> Visitor:
    """A visitor of ``ocean``, the second agency."""
    return Visitor("ocean")


@pytest.fixture
def in_english(db) -> Visitor:
    """A visitor of ``lumiere`` who chose English."""
    return Visitor("lumiere", lang="en")


def put(visitor: Visitor, departure: Departure, *, second: bool = False, **people: str) -> Page:
    """Put a departure into the visitor's cart from its product page."""
    fields = {"reference": departure.product.reference, "departure": str(departure.pk)}
    fields |= {f"quantity_{code}": number for code, number in people.items()}
    return visitor.send("/panier/ajouter/", fields | ({"second": "1"} if second else {}))


def day(days: int) -> date:
    """A day ``days`` from now."""
    return timezone.localdate() + timedelta(days=days)


WHO = {
    "first_name": "Zoé",
    "last_name": "Martin",
    "email": "Zoe@Example.org",
    "phone": "+33 6 12 34 56 78",
    "country": "FR",
}


@pytest.fixture(scope="module")
def receiver():
    """Where the double sends its webhooks."""
    with running_receiver() as running:
        yield running


@pytest.fixture(scope="module")
def running(receiver):
    """The payment double of this module."""
    webhook = f"{receiver.url}=whsec_tests"
    with running_double("--webhook", webhook, "--account", "acct_ocean=Océan") as double:
        yield double


@pytest.fixture
def card(settings, running: Double, receiver: Receiver) -> Double:
    """Cards are taken by the double."""
    receiver.all_now()
    settings.STRIPE_API_KEY = API_KEY
    settings.STRIPE_API_BASE = running.url
    return running


def checkout(visitor: Visitor) -> dict[str, str]:
    """The fields of the checkout page as a traveller fills them in, every box ticked."""
    page = visitor.read("/commande/")
    assert page.status == 200
    boxes = {box["name"]: "1" for box in page.soup.select("input[type=checkbox]")}
    token = page.soup.find("input", {"name": "checkout"})["value"]
    return {"checkout": token, **WHO, **boxes}


def webhooks_in(card: Double, receiver: Receiver) -> set[int]:
    """Hand the webhooks that were sent to the product; the statuses it answered."""
    card.settle()
    answers = set()
    for event in receiver.all_now():
        answer = Client().post(
            "/webhooks/stripe/",
            event.body,
            content_type="application/json",
            headers={"host": "tnp.localhost", "stripe-signature": event.signature},
        )
        answers.add(answer.status_code)
    return answers


def ordered(agency) -> Order:
    """The only order of an agency."""
    with tenant_context(agency):
        return Order.objects.get()
