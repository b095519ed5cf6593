"""The only place that changes stock counters, and the order in which it does so.

Taking places is one conditional UPDATE: it takes them all or nothing, and fails at once when
too few are left. There is no count under a lock. Two rules make it fast and free of deadlocks
(tenancy.md, "Stock"):

* several departures are taken **sorted by id**, so two sales never wait for each other in a ring;
* the counters are the **last statement** of a transaction, so a hot row is locked for as short
  as a commit takes. Callers therefore write everything else first and call this module last.

The CHECK on the table is a second guard, for whoever writes SQL past this module.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Now

from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.models import Departure

# Holds are locked in the order of their ids, change state, and each change leaves its movement:
# one statement instead of four, in the hottest transaction there is.
HOLDS_MOVE = """
WITH was AS MATERIALIZED (
    SELECT id, state FROM inventory_hold
    WHERE id = ANY(%(ids)s) AND state = ANY(%(origins)s) ORDER BY id FOR UPDATE
), now_is AS (
    UPDATE inventory_hold h SET state = %(to)s, settled_at = now() FROM was WHERE h.id = was.id
    RETURNING h.id, h.departure_id, h.places, h.agency_schema, was.state AS origin
), noted AS (
    INSERT INTO inventory_stockmovement
        (departure_id, hold_id, agency_schema, held_delta, sold_delta, at)
    SELECT departure_id, id, agency_schema,
           CASE WHEN origin = 'held' THEN -places ELSE 0 END,
           CASE WHEN %(to)s = 'sold' THEN places WHEN origin = 'sold' THEN -places ELSE 0 END,
           now()
    FROM now_is
)
SELECT departure_id, places, origin FROM now_is
"""


PLACES_TAKE = """
UPDATE inventory_departure SET held = held + %(places)s
WHERE id = %(departure)s AND status = 'open' AND starts_at > now()
  AND capacity >= held + sold + %(places)s
"""


@dataclass(frozen=True, slots=True)
class MovedHold:
    """A hold that has just changed its state, and the state it had."""

    departure_id: int
    places: int
    origin: str


def holds_move(ids: Iterable[UUID], *, origins: Iterable[str], to: str) -> list[MovedHold]:
    """Move the holds that are in one of the states ``origins`` to ``to`` and note it.

    Returns those that moved, locked until the transaction ends: the expiry sweep passes by. The
    counters are still to be moved.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLDS_MOVE, {"ids": list(ids), "origins": list(origins), "to": to})
        return [MovedHold(*row) for row in cursor.fetchall()]


def places_take(wanted: Mapping[int, int]) -> None:
    """Move free places to ``held``: ``{departure id: places}``, all or nothing.

    Raises :class:`SoldOut` (naming the departure and what is left) when one has too few places,
    is closed or has begun; the caller's transaction must then roll back.
    """
    with connection.cursor() as cursor:
        for departure_id, places in sorted(wanted.items()):
            cursor.execute(PLACES_TAKE, {"departure": departure_id, "places": places})
            if not cursor.rowcount:
                raise SoldOut(departure_id, places)


def places_sell(wanted: Mapping[int, int]) -> None:
    """Move held places to ``sold``."""
    for departure_id, places in sorted(wanted.items()):
        Departure.objects.filter(pk=departure_id).update(
            held=F("held") - places, sold=F("sold") + places
        )


def places_sell_free(wanted: Mapping[int, int]) -> None:
    """Move free places straight to ``sold``: a payment arrived after its hold had expired.

    Raises :class:`SoldOut` when the places are gone.
    """
    for departure_id, places in sorted(wanted.items()):
        taken = Departure.objects.filter(
            pk=departure_id,
            status=Departure.Status.OPEN,
            starts_at__gt=Now(),
            capacity__gte=F("held") + F("sold") + Value(places),
        ).update(sold=F("sold") + places)
        if not taken:
            raise SoldOut(departure_id, places)


def places_release(wanted: Mapping[int, int]) -> None:
    """Give held places back."""
    for departure_id, places in sorted(wanted.items()):
        Departure.objects.filter(pk=departure_id).update(held=F("held") - places)


def places_return(wanted: Mapping[int, int]) -> None:
    """Give sold places back (a cancellation)."""
    for departure_id, places in sorted(wanted.items()):
        Departure.objects.filter(pk=departure_id).update(sold=F("sold") - places)


def expired_free(*, departure_id: int | None = None, at_most: int = 500) -> int:
    """Expire due holds, of one departure or of all, whoever made them; returns how many.

    Runs as a database function with the owner's rights, so that a full departure can be freed
    of another agency's expired holds without a look at them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT shared.expire_holds(%s, %s)", [departure_id, at_most])
        return int(cursor.fetchone()[0])
