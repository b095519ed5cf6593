"""What the console needs from the agencies' apps, without importing them.

Shared apps never import tenant apps (import-linter). A few things of the console happen in an
agency's schema all the same: furnishing a new agency, the full file of one sale, and handling
a payment event again. The
tenant app that can do them registers a function here when Django starts (``AppConfig.ready``);
the console calls the port. A missing registration raises at the first call and names the port.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from shared_apps.commissions.sight import Viewer
from shared_apps.operator.sale_file import SaleFile
from shared_apps.outbox.models import InboundEvent
from tenants.models import Agency


class OpenedAgency(Protocol):
    """What opening an agency answers: the row, its addresses and the measured seconds."""

    agency: Agency
    url: str
    office_url: str
    invitation_url: str
    seconds: float


class PortMissing(RuntimeError):
    """No app has registered the port that was called."""


@dataclass
class _Ports:
    agency_open: Callable[..., OpenedAgency] | None = None
    theme_presets: Callable[[], dict[str, dict[str, Any]]] | None = None
    sale_read: Callable[..., SaleFile | None] | None = None
    event_retry: Callable[[InboundEvent], str] | None = None


_ports = _Ports()


def register(
    *,
    agency_open: Callable[..., OpenedAgency],
    theme_presets: Callable[[], dict[str, dict[str, Any]]],
    sale_read: Callable[..., SaleFile | None],
    event_retry: Callable[[InboundEvent], str],
) -> None:
    """Connect the agencies' side; called once, when Django starts."""
    _ports.agency_open = agency_open
    _ports.theme_presets = theme_presets
    _ports.sale_read = sale_read
    _ports.event_retry = event_retry


def agency_open(**terms: Any) -> OpenedAgency:
    """Create and furnish an agency in one transaction (``tenant_apps.office.opening``)."""
    if _ports.agency_open is None:
        raise PortMissing("agency_open")
    return _ports.agency_open(**terms)


def theme_presets() -> dict[str, dict[str, Any]]:
    """Ready-made looks by code, each as the fields of a brand (``tenant_apps.branding``)."""
    if _ports.theme_presets is None:
        raise PortMissing("theme_presets")
    return _ports.theme_presets()


def sale_read(*, agency: Agency, reference: str, viewer: Viewer) -> SaleFile | None:
    """One order of ``agency`` as ``viewer`` sees it, read in its schema; None when unknown."""
    if _ports.sale_read is None:
        raise PortMissing("sale_read")
    return _ports.sale_read(agency=agency, reference=reference, viewer=viewer)


def event_retry(event: InboundEvent) -> str:
    """Handle a stored event again; answers why it failed, or an empty text."""
    if _ports.event_retry is None:
        raise PortMissing("event_retry")
    return _ports.event_retry(event)
