"""Holding, selling and giving back places (R135): the verbs doors and orders use.

Each verb runs inside the caller's transaction and changes the counters through
:mod:`.locks` as the caller's last step; so every verb is split in a part that writes rows and
a part that moves counters, joined by :class:`StockChange`.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from shared_apps.inventory import locks
from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.models import Departure, Hold, StockMovement
from tenants.isolation import NoAgency
from tenants.models import Agency
from tenants.together import rows_write


@dataclass(frozen=True)
class StockChange:
    """Counters still to be moved. Call :meth:`apply` as the last statement of the transaction."""

    mover: Callable[[Mapping[int, int]], None]
    places: Mapping[int, int]

    def apply(self) -> None:
        """Move the counters. Raises :class:`SoldOut` when places are missing."""
        self.mover(self.places)


def _sum_places(holds: Iterable[Hold | locks.MovedHold]) -> dict[int, int]:
    total: Counter[int] = Counter()
    for hold in holds:
        total[hold.departure_id] += hold.places
    return dict(total)


def departure_hold(
    *,
    agency: Agency,
    order_reference: str,
    wanted: Iterable[tuple[int, int]],
    expires_at: datetime,
) -> tuple[list[Hold], StockChange]:
    """Write one hold per ``(departure id, places)`` until ``expires_at``.

    Returns the holds, in the order asked, and the counters to move last.
    """
    holds = [
        Hold(
            id=uuid.uuid4(),
            agency=agency,
            agency_schema=agency.schema_name,
            order_reference=order_reference,
            departure_id=departure_id,
            places=places,
            expires_at=expires_at,
        )
        for departure_id, places in wanted
    ]
    movements = [
        StockMovement(
            departure_id=hold.departure_id,
            hold=hold,
            agency_schema=hold.agency_schema,
            held_delta=hold.places,
            sold_delta=0,
        )
        for hold in holds
    ]
    rows_write([*holds, *movements])
    return holds, StockChange(locks.places_take, _sum_places(holds))


def holds_sell(hold_ids: Iterable[uuid.UUID]) -> tuple[list[StockChange], bool]:
    """Turn holds into sales; a hold that has expired is taken again from free places.

    Returns the counters to move last and whether some had expired. The row locks on the holds
    keep the expiry sweep away until the transaction ends.
    """
    gone_states = (Hold.State.EXPIRED, Hold.State.RELEASED)
    moved = locks.holds_move(hold_ids, origins=(Hold.State.HELD, *gone_states), to=Hold.State.SOLD)
    live = [hold for hold in moved if hold.origin == Hold.State.HELD]
    gone = [hold for hold in moved if hold.origin in gone_states]
    changes = [StockChange(locks.places_sell, _sum_places(live))] if live else []
    if gone:
        changes.append(StockChange(locks.places_sell_free, _sum_places(gone)))
    return changes, bool(gone)


def holds_release(hold_ids: Iterable[uuid.UUID]) -> StockChange:
    """Give back holds that are still live; others are left as they are."""
    live = locks.holds_move(hold_ids, origins=(Hold.State.HELD,), to=Hold.State.RELEASED)
    return StockChange(locks.places_release, _sum_places(live))


def holds_return(hold_ids: Iterable[uuid.UUID]) -> StockChange:
    """Give back sold places (a cancellation); places already returned are left as they are."""
    sold = locks.holds_move(hold_ids, origins=(Hold.State.SOLD,), to=Hold.State.RETURNED)
    return StockChange(locks.places_return, _sum_places(sold))


def holds_extend(hold_ids: Iterable[uuid.UUID], *, expires_at: datetime) -> int:
    """Let live holds run until ``expires_at``; returns how many were still live."""
    ids = list(hold_ids)
    if not ids:
        return 0
    return Hold.objects.filter(pk__in=ids, state=Hold.State.HELD).update(expires_at=expires_at)


def sold_out_with_left(refusal: SoldOut) -> SoldOut:
    """The same refusal with the number of places left now, read after the rollback.

    Also frees expired holds of that departure, so that the next try may succeed.
    """
    departure = Departure.objects.filter(pk=refusal.departure_id, status=Departure.Status.OPEN)
    row = departure.filter(starts_at__gt=timezone.now()).first()
    return SoldOut(refusal.departure_id, refusal.wanted, max(row.places_left, 0) if row else 0)


def current_agency() -> Agency:
    """The agency of this request or task. Raises NoAgency outside one."""
    tenant = connection.tenant
    if not isinstance(tenant, Agency):
        raise NoAgency("This belongs to an agency and none is current")
    return tenant
