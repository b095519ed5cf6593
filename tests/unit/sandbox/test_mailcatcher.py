"""The mail catcher: nothing leaves, everything can be read."""

import asyncio
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from deploy.sandbox.mail_store import MailStore
from deploy.sandbox.mailcatcher import application, smtp_server
from deploy.sandbox.ports import LOOPBACK, free_port


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path / "mail")


@pytest.fixture
def smtp_port(store: MailStore) -> Iterator[int]:
    port = free_port()
    server = smtp_server(store, port)
    server.start()
    yield port
    server.stop()


class Page:
    """The page asked in memory, one request after the other."""

    def __init__(self, store: MailStore) -> None:
        self._transport = httpx.ASGITransport(app=application(store))

    def get(self, address: str) -> httpx.Response:
        return self._ask("GET", address)

    def delete(self, address: str) -> httpx.Response:
        return self._ask("DELETE", address)

    def _ask(self, method: str, address: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            base = "http://mail.localhost"
            async with httpx.AsyncClient(transport=self._transport, base_url=base) as client:
                return await client.request(method, address)

        return asyncio.run(ask())


@pytest.fixture
def page(store: MailStore) -> Page:
    return Page(store)


def _voucher(subject: str = "Votre bon d'échange – été") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Rivage <bonjour@rivage.example>"
    message["To"] = "jeanne@mail.example"
    message["Subject"] = subject
    message.set_content("Bonjour Jeanne, à bientôt.")
    message.add_alternative("<p>Bonjour <b>Jeanne</b></p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="bon.pdf")
    return message


def _send(port: int, message: EmailMessage, recipients: list[str]) -> None:
    with smtplib.SMTP(LOOPBACK, port, timeout=10) as client:
        client.send_message(message, to_addrs=recipients)


def test_a_sent_message_is_shown_with_text_html_and_attachment(smtp_port: int, page: Page) -> None:
    _send(smtp_port, _voucher(), ["jeanne@mail.example"])

    listed = page.get("/api/messages").json()
    assert [(one["subject"], one["to"], one["attachments"]) for one in listed] == [
        ("Votre bon d'échange – été", ["jeanne@mail.example"], 1)
    ]
    shown = page.get(f"/api/messages/{listed[0]['id']}").json()
    assert shown["text"].strip() == "Bonjour Jeanne, à bientôt."
    assert shown["html"].strip() == "<p>Bonjour <b>Jeanne</b></p>"
    assert page.get(shown["attachments"][0]["url"]).content == b"%PDF-1.7"


def test_blind_copies_appear_because_the_envelope_is_kept(smtp_port: int, page: Page) -> None:
    _send(smtp_port, _voucher(), ["jeanne@mail.example", "archive@tnp.example"])

    assert page.get("/api/messages?to=archive").json()[0]["to"] == [
        "jeanne@mail.example",
        "archive@tnp.example",
    ]


def test_messages_are_found_by_recipient_and_subject_newest_first(
    store: MailStore, page: Page
) -> None:
    for subject in ("Bon 1", "Bon 2", "Facture 3"):
        store.keep(bytes(_voucher(subject)), sender="a@b.example", recipients=["j@mail.example"])

    found = page.get("/api/messages?subject=bon&to=J@MAIL").json()

    assert sorted(one["subject"] for one in found) == ["Bon 1", "Bon 2"]
    assert page.get("/api/messages?to=nobody").json() == []


def test_a_message_is_shown_without_scripts_or_forms(store: MailStore, page: Page) -> None:
    identifier = store.keep(bytes(_voucher()), sender="a@b.example", recipients=["j@mail.example"])

    policy = page.get(f"/messages/{identifier}/html").headers["content-security-policy"]

    assert policy.startswith("sandbox")
    assert "default-src 'none'" in policy


def test_a_subject_with_markup_stays_text_on_the_page(store: MailStore, page: Page) -> None:
    message = _voucher("<script>alert(1)</script>")
    identifier = store.keep(bytes(message), sender="a@b.example", recipients=["j@mail.example"])

    for address in ("/", f"/messages/{identifier}"):
        assert "<script>alert" not in page.get(address).text


@pytest.mark.parametrize(
    "address",
    [
        "/api/messages/20260101T000000-000000-abcdef",
        "/messages/..%2F..%2Fsecret-key",
        "/messages/nothing",
    ],
)
def test_an_unknown_message_is_not_found(page: Page, address: str) -> None:
    assert page.get(address).status_code == 404


def test_an_attachment_number_out_of_range_is_not_found(store: MailStore, page: Page) -> None:
    identifier = store.keep(bytes(_voucher()), sender="a@b.example", recipients=["j@mail.example"])

    assert page.get(f"/messages/{identifier}/attachments/0").status_code == 404
    assert page.get(f"/messages/{identifier}/attachments/2").status_code == 404


def test_clearing_forgets_every_message(store: MailStore, page: Page) -> None:
    store.keep(bytes(_voucher()), sender="a@b.example", recipients=["j@mail.example"])

    assert page.delete("/api/messages").json() == {"deleted": 1}
    assert page.get("/api/messages").json() == []
