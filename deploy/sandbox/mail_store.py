"""Caught mail as files: one `.eml` per message, named so that the alphabet is the order of arrival.

Files rather than a database, so that a message can be opened with any mail program, and a test can
look at what was sent without asking anyone. The envelope (who it was really delivered to, blind
copies included) is kept in two headers of our own at the top.
"""

import email
import email.policy
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

ENVELOPE_FROM = "X-Envelope-From"
ENVELOPE_TO = "X-Envelope-To"
IDENTIFIER = re.compile(r"^\d{8}T\d{6}-\d{6}-[0-9a-f]{6}$")


class NoSuchMessage(LookupError):
    """No message has this identifier, or no attachment this number."""


@dataclass(frozen=True)
class Attachment:
    """A part of a message that is a file of its own."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class CaughtMail:
    """One caught message, read from its file."""

    identifier: str
    message: EmailMessage

    @property
    def sender(self) -> str:
        return str(self.message.get("From", ""))

    @property
    def recipients(self) -> list[str]:
        """Everyone the message was delivered to, from the envelope."""
        return [one for one in str(self.message.get(ENVELOPE_TO, "")).split(", ") if one]

    @property
    def subject(self) -> str:
        return str(self.message.get("Subject", ""))

    def body(self, kind: str) -> str | None:
        """The `plain` or `html` text, or None when the message has none."""
        part = self.message.get_body(preferencelist=(kind,))
        return str(part.get_content()) if part is not None else None

    @property
    def attachments(self) -> list[Attachment]:
        return [
            Attachment(
                name=part.get_filename() or f"attachment-{number}",
                content_type=part.get_content_type(),
                content=bytes(part.get_payload(decode=True) or b""),
            )
            for number, part in enumerate(self.message.iter_attachments(), start=1)
        ]

    def summary(self) -> dict[str, Any]:
        """What a list shows, as plain JSON values."""
        return {
            "id": self.identifier,
            "date": str(self.message.get("Date", "")),
            "from": self.sender,
            "to": self.recipients,
            "subject": self.subject,
            "attachments": len(self.attachments),
        }


class MailStore:
    """The folder of caught mail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, *, sender: str, recipients: list[str]) -> str:
        """Write one message as it came over the wire; returns its identifier."""
        now = time.time()
        stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime(now))
        identifier = f"{stamp}-{int(now % 1 * 1e6):06d}-{secrets.token_hex(3)}"
        envelope = f"{ENVELOPE_FROM}: {sender}\r\n{ENVELOPE_TO}: {', '.join(recipients)}\r\n"
        partial = self._folder / f".{identifier}"
        partial.write_bytes(envelope.encode("utf-8", "replace") + content)
        partial.rename(self._folder / f"{identifier}.eml")
        return identifier

    def newest_first(self, *, to: str = "", subject: str = "") -> Iterator[CaughtMail]:
        """Caught messages whose recipients and subject contain the given words, case ignored."""
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            mail = self._read(path)
            if to.lower() in ", ".join(mail.recipients).lower() and (
                subject.lower() in mail.subject.lower()
            ):
                yield mail

    def get(self, identifier: str) -> CaughtMail:
        """One message. Raises NoSuchMessage, also for an identifier that is no plain name."""
        path = self._folder / f"{identifier}.eml"
        if not IDENTIFIER.match(identifier) or not path.exists():
            raise NoSuchMessage(identifier)
        return self._read(path)

    def clear(self) -> int:
        """Forget all messages; how many there were."""
        paths = list(self._folder.glob("*.eml"))
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    @staticmethod
    def _read(path: Path) -> CaughtMail:
        parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return CaughtMail(identifier=path.stem, message=parsed)
