"""What the explanation of a rate needs from an agency's schema, without importing its apps.

Sale lines and overrides live in the agency's schema, and shared apps never import tenant apps
(import-linter). The agencies' side registers these functions when Django starts
(``tenant_apps.office.apps``); both open the agency's schema themselves, so they may be called on
the operator's host. A missing registration raises at the first call and names the port.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from shared_apps.commissions.asking import Answer, Question
from shared_apps.commissions.frozen_line import FrozenLine
from tenants.models import Agency


class PortMissing(RuntimeError):
    """No app has registered the port that was called."""


@dataclass
class _Ports:
    line_read: Callable[..., FrozenLine | None] | None = None
    rate_ask: Callable[..., Answer] | None = None


_ports = _Ports()


def register(
    *, line_read: Callable[..., FrozenLine | None], rate_ask: Callable[..., Answer]
) -> None:
    """Connect the agencies' side; called once, when Django starts."""
    _ports.line_read = line_read
    _ports.rate_ask = rate_ask


def line_read(*, agency: Agency, line_id: UUID) -> FrozenLine | None:
    """One sale line of ``agency`` as it was frozen; None when the agency has no such line."""
    if _ports.line_read is None:
        raise PortMissing("line_read")
    return _ports.line_read(agency=agency, line_id=line_id)


def rate_ask(*, agency: Agency, question: Question) -> Answer:
    """What ``agency`` would earn on a sale, and why; raises QuestionRefused."""
    if _ports.rate_ask is None:
        raise PortMissing("rate_ask")
    return _ports.rate_ask(agency=agency, question=question)
