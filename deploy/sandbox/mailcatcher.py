"""A mail server that delivers to nobody: every message is kept in a folder and shown on a page.

`python -m deploy.sandbox.mailcatcher --smtp-port 1025 --http-port 8025 --directory var/mail`

The page lists messages and shows text, HTML and attachments. The same as JSON, for tests:
`GET /api/messages?to=&subject=` newest first, `GET /api/messages/<id>`, `DELETE /api/messages`.
Both ports are on the loopback only. Every sender and recipient is accepted: nothing here says
whether a real server would take the message.
"""

import argparse
import sys
from pathlib import Path

import uvicorn
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from deploy.sandbox.mail_store import CaughtMail, MailStore, NoSuchMessage
from deploy.sandbox.ports import LOOPBACK

PAGES = Jinja2Templates(directory=Path(__file__).parent / "mail_pages")
LARGEST_MESSAGE_BYTES = 32 * 1024 * 1024
# A caught message is shown without scripts, forms or anything fetched from elsewhere.
MESSAGE_POLICY = (
    "sandbox allow-popups; default-src 'none'; img-src data: http:; style-src 'unsafe-inline'"
)


class Keeper:
    """What aiosmtpd calls for each message."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        sender = envelope.mail_from or ""
        identifier = self._store.keep(raw, sender=sender, recipients=envelope.rcpt_tos)
        return f"250 kept as {identifier}"


def application(store: MailStore) -> Starlette:
    """The page and the JSON interface over `store`."""

    def index(request: Request) -> Response:
        return PAGES.TemplateResponse(request, "list.html", {"mails": list(_search(request))})

    def show(request: Request) -> Response:
        mail = store.get(request.path_params["identifier"])
        return PAGES.TemplateResponse(request, "message.html", {"mail": mail})

    def html(request: Request) -> Response:
        mail = store.get(request.path_params["identifier"])
        headers = {"Content-Security-Policy": MESSAGE_POLICY}
        return HTMLResponse(mail.body("html") or "", headers=headers)

    def attachment(request: Request) -> Response:
        attachments = store.get(request.path_params["identifier"]).attachments
        number = request.path_params["number"]
        if not 1 <= number <= len(attachments):
            raise NoSuchMessage(number)
        found = attachments[number - 1]
        headers = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}
        return Response(found.content, media_type=found.content_type, headers=headers)

    def api_list(request: Request) -> Response:
        if request.method == "DELETE":
            return JSONResponse({"deleted": store.clear()})
        return JSONResponse([mail.summary() for mail in _search(request)])

    def api_show(request: Request) -> Response:
        return JSONResponse(_whole(store.get(request.path_params["identifier"])))

    def _search(request: Request) -> list[CaughtMail]:
        query = request.query_params
        return list(store.newest_first(to=query.get("to", ""), subject=query.get("subject", "")))

    return Starlette(
        routes=[
            Route("/", index),
            Route("/messages/{identifier}", show),
            Route("/messages/{identifier}/html", html),
            Route("/messages/{identifier}/attachments/{number:int}", attachment),
            Route("/api/messages", api_list, methods=["GET", "DELETE"]),
            Route("/api/messages/{identifier}", api_show),
        ],
        exception_handlers={NoSuchMessage: _not_found},
    )


def _whole(mail: CaughtMail) -> dict[str, object]:
    """Everything the JSON interface tells of one mail."""
    files = [
        {
            "name": one.name,
            "type": one.content_type,
            "size": len(one.content),
            "url": f"/messages/{mail.identifier}/attachments/{number}",
        }
        for number, one in enumerate(mail.attachments, start=1)
    ]
    headers = {name: str(value) for name, value in mail.message.items()}
    bodies = {"text": mail.body("plain"), "html": mail.body("html")}
    return {**mail.summary(), **bodies, "headers": headers, "attachments": files}


def _not_found(request: Request, _error: Exception) -> Response:
    return JSONResponse({"error": "no such message"}, status_code=404)


def smtp_server(store: MailStore, port: int) -> Controller:
    """The receiving side, in a thread of its own once `.start()` is called."""
    return Controller(
        Keeper(store),
        hostname=LOOPBACK,
        port=port,
        data_size_limit=LARGEST_MESSAGE_BYTES,
        enable_SMTPUTF8=True,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.mailcatcher")
    parser.add_argument("--smtp-port", type=int, default=1025)
    parser.add_argument("--http-port", type=int, default=8025)
    parser.add_argument("--directory", type=Path, default=Path("var/mail"))
    options = parser.parse_args(arguments)
    store = MailStore(options.directory)
    receiver = smtp_server(store, options.smtp_port)
    receiver.start()
    try:
        uvicorn.run(application(store), host=LOOPBACK, port=options.http_port, log_level="warning")
    finally:
        receiver.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
