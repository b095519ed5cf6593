"""The only place that changes stock counters, and the order in which it does so.

Taking places is one conditional UPDATE: it takes them all or nothing, and fails at once when
too few are left. There is no count under a lock. Two rules make it fast and free of deadlocks
(tenancy.md, "Stock"):

* several departures are taken **sorted by id**, so two sales never wait for each other in a ring;
* the counters are the **last statement** of a transaction, so a hot row is locked for as short
  as a commit takes. Callers therefore write everything else first and call this module last.

The CHECK on the table is a second guard, for whoever writes SQL past this module.
"""

from collections.abc import Mapping

from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Now

from shared_apps.inventory.errors import SoldOut
from shared_apps.inventory.models import Departure


def places_take(wanted: Mapping[int, int]) -> None:
    """Move free places to ``held``: ``{departure id: places}``, all or nothing.

    Raises :class:`SoldOut` (naming the departure and what is left) when one has too few places,
    is closed or has begun; the caller's transaction must then roll back.
    """
    for departure_id, places in sorted(wanted.items()):
        taken = Departure.objects.filter(
            pk=departure_id,
            status=Departure.Status.OPEN,
            starts_at__gt=Now(),
            capacity__gte=F("held") + F("sold") + Value(places),
        ).update(held=F("held") + places)
        if not taken:
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
