"""Work of this app outside the request."""

from celery import shared_task

from shared_apps.inventory.locks import expired_free


@shared_task(name="inventory.holds_expire")
def holds_expire() -> int:
    """Expire due holds of every agency; returns how many."""
    return expired_free()


@shared_task(name="inventory.availability_refresh")
def availability_refresh_all() -> int:
    """Refresh what search shows of every product's future departures."""
    from shared_apps.inventory.departures import availability_refresh

    return availability_refresh()
