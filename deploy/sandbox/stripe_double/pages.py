"""The hosted payment page: what a traveller sees between the shop and the confirmation.

Plain forms, no script, strict Content-Security-Policy, one style sheet. It says on every screen
that it is a test page. The three screens are the card form, the bank's 3-D Secure question, and the
end (already paid, expired, unknown). A decline keeps everything that was typed except the card.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.sandbox.stripe_double import sessions
from deploy.sandbox.stripe_double.amounts import amount_text
from deploy.sandbox.stripe_double.cards import TestCard, card_find
from deploy.sandbox.stripe_double.errors import StripeFault
from deploy.sandbox.stripe_double.forms import parse_form
from deploy.sandbox.stripe_double.store import Record
from deploy.sandbox.stripe_double.texts import WORDS, language_choose
from deploy.sandbox.stripe_double.world import Call, World

_HERE: Final = Path(__file__).parent
FORM_BYTES_MAX: Final = 16 * 1024
SHOWN_CARDS: Final = (
    ("4242 4242 4242 4242", "card_ok"),
    ("4000 0025 0000 3155", "card_challenge"),
    ("4000 0000 0000 0002", "card_declined"),
    ("4000 0000 0000 9995", "card_funds"),
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_EXPIRY: Final = re.compile(r"(0?[1-9]|1[0-2])\s*/\s*(?:20)?([0-9]{2})")


class PaymentPages:
    """The page's routes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    def routes(self) -> list[Route]:
        """Card form, 3-D Secure question, style sheet."""
        return [
            Route("/c/pay/{id}", self.show, methods=["GET"]),
            Route("/c/pay/{id}", self.submit, methods=["POST"]),
            Route("/c/pay/{id}/confirm", self.challenge, methods=["GET"]),
            Route("/c/pay/{id}/confirm", self.answer, methods=["POST"]),
            Route("/static/pay.css", self.style, methods=["GET"]),
        ]

    async def style(self, request: Request) -> Response:
        """The style sheet."""
        return FileResponse(_HERE / "static" / "pay.css", headers={"Cache-Control": "max-age=300"})

    async def show(self, request: Request) -> Response:
        """The card form, or where the session stands if it can no longer be paid."""
        session = self._session(request)
        if session is None or session.body["status"] != "open":
            return self._ended(request, session)
        if sessions.session_waits_for_authentication(self.world, session):
            return RedirectResponse(f"/c/pay/{session.id}/confirm", status_code=303)
        typed = {"email": session.body["customer_email"] or ""}
        return self._page(request, session, "pay.html", typed=typed, errors={}, problem="")

    async def submit(self, request: Request) -> Response:
        """The payer submitted the form: pay, ask the bank, or say what is wrong."""
        session = self._session(request)
        if session is None or session.body["status"] != "open":
            return self._ended(request, session)
        words = WORDS[self._language(request, session)]
        typed = await _form(request)
        card, errors = self._check(typed, words)
        kept = {name: typed.get(name, "") for name in ("email", "name")}
        if card is None or errors:
            return self._page(
                request, session, "pay.html", status=422, typed=kept, errors=errors, problem=""
            )
        with self.world.store.transaction():
            fault = sessions.session_pay(
                self.world, session, card, name=typed.get("name", ""), email=typed.get("email", "")
            )
        if session.body["status"] == "expired":
            return self._ended(request, session)
        if fault is not None:
            problem = _reason(fault, words)
            return self._page(
                request, session, "pay.html", status=402, typed=kept, errors={}, problem=problem
            )
        return self._next(session)

    async def challenge(self, request: Request) -> Response:
        """The bank's question."""
        session = self._session(request)
        if session is None or session.body["status"] != "open":
            return self._ended(request, session)
        if not sessions.session_waits_for_authentication(self.world, session):
            return RedirectResponse(f"/c/pay/{session.id}", status_code=303)
        return self._page(request, session, "challenge.html")

    async def answer(self, request: Request) -> Response:
        """The payer's answer to the bank."""
        session = self._session(request)
        if session is None or session.body["status"] != "open":
            return self._ended(request, session)
        accepted = (await _form(request)).get("answer") == "accept"
        with self.world.store.transaction():
            fault = sessions.session_authenticate(self.world, session, accepted)
        if fault is None or session.body["status"] != "open":
            return self._next(session) if fault is None else self._ended(request, session)
        words = WORDS[self._language(request, session)]
        details = session.body["customer_details"] or {}
        typed = {"email": details.get("email") or "", "name": details.get("name") or ""}
        return self._page(
            request,
            session,
            "pay.html",
            status=402,
            typed=typed,
            errors={},
            problem=_reason(fault, words),
        )

    def _session(self, request: Request) -> Record | None:
        session = self.world.store.get("session", request.path_params["id"])
        if session is None:
            return None
        with self.world.store.transaction():
            return sessions.session_find(self.world, session.id, Call(account=session.account))

    def _next(self, session: Record) -> Response:
        if session.body["status"] == "complete":
            return RedirectResponse(success_address(session), status_code=303)
        return RedirectResponse(f"/c/pay/{session.id}/confirm", status_code=303)

    def _check(
        self, typed: dict[str, str], words: dict[str, str]
    ) -> tuple[TestCard | None, dict[str, str]]:
        errors = {}
        card = card_find(typed.get("number", ""))
        if not _EMAIL.fullmatch(typed.get("email", "")):
            errors["email"] = words["bad_email"]
        if card is None:
            errors["number"] = words["bad_number"]
        if not self._is_future(typed.get("expiry", "")):
            errors["expiry"] = words["bad_expiry"]
        digits = card.cvc_digits if card else 3
        if not re.fullmatch(rf"[0-9]{{{digits}}}", typed.get("cvc", "")):
            errors["cvc"] = words["bad_cvc"].format(digits=digits)
        if not typed.get("name", "").strip():
            errors["name"] = words["bad_name"]
        return card, errors

    def _is_future(self, expiry: str) -> bool:
        match = _EXPIRY.fullmatch(expiry.strip())
        if match is None:
            return False
        today = datetime.fromtimestamp(self.world.now(), tz=UTC)
        return (2000 + int(match.group(2)), int(match.group(1))) >= (today.year, today.month)

    def _language(self, request: Request, session: Record | None) -> str:
        locale = session.body["locale"] if session else None
        return language_choose(locale, request.headers.get("accept-language", "")[:200])

    def _ended(self, request: Request, session: Record | None) -> Response:
        if session is None:
            return self._page(request, None, "ended.html", status=404, outcome="missing", link="")
        outcome = session.body["status"]
        link = (
            success_address(session) if outcome == "complete" else session.body["cancel_url"] or ""
        )
        return self._page(request, session, "ended.html", status=410, outcome=outcome, link=link)

    def _page(
        self,
        request: Request,
        session: Record | None,
        template: str,
        *,
        status: int = 200,
        **values: Any,
    ) -> Response:
        language = self._language(request, session)
        words = WORDS[language]
        shared: dict[str, Any] = {"language": language, "t": words, "cards": SHOWN_CARDS}
        if session is not None:
            shared |= {
                "session": session.body,
                "lines": session.private["lines"],
                "merchant": self.world.merchant_of(session.account),
                "money": lambda minor: amount_text(minor, session.body["currency"], language),
            }
        html = self.templates.get_template(template).render(shared | values)
        return HTMLResponse(html, status_code=status, headers=_guard(session))


def success_address(session: Record) -> str:
    """The shop's address after payment, with Stripe's placeholder replaced."""
    return str(session.body["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


def _reason(fault: StripeFault, words: dict[str, str]) -> str:
    return (
        words.get(fault.decline_code or "")
        or words.get(fault.code or "")
        or words["generic_decline"]
    )


async def _form(request: Request) -> dict[str, str]:
    """The flat fields of a small form; anything else counts as an empty form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            return {}
    try:
        fields = parse_form(body.decode())
    except (StripeFault, UnicodeDecodeError):
        return {}
    return {name: value.strip() for name, value in fields.items() if isinstance(value, str)}


def _guard(session: Record | None) -> dict[str, str]:
    """Security headers. ``form-action`` names the shop: browsers apply it to redirects too."""
    shop = ""
    if session is not None:
        parts = urlsplit(session.body["success_url"])
        shop = f" {parts.scheme}://{parts.netloc}"
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; "
        f"form-action 'self'{shop}"
    )
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
