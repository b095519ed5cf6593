"""What a simulation needs from the agencies' schemas, without importing their apps.

Negotiated rates stand in each agency's own schema. The tenant app that knows their table registers
one function here when Django starts; a missing registration raises at the first call.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from tenants.models import Agency

OverridesDraw = Callable[..., None]


class PortMissing(RuntimeError):
    """No app has registered the port that was called."""


@dataclass
class _Ports:
    overrides_draw: OverridesDraw | None = None


_ports = _Ports()


def register(*, overrides_draw: OverridesDraw) -> None:
    """Connect the agencies' side; called once, when Django starts."""
    _ports.overrides_draw = overrides_draw


def overrides_draw(
    *, into: str, agencies: Sequence[Agency], on: date, override_set: int | None
) -> None:
    """Copy the agencies' overrides that stand for sales made on ``on`` into the table ``into``.

    ``override_set`` names a change set whose drafts come too; it belongs to the one agency given.
    The columns are :data:`shared_apps.simulation.rulebook.COLUMNS`.
    """
    if _ports.overrides_draw is None:
        raise PortMissing("overrides_draw")
    _ports.overrides_draw(into=into, agencies=agencies, on=on, override_set=override_set)
