"""Work of this app outside the request."""

from celery import shared_task

from shared_apps.outbox.delivery import messages_deliver_all
from shared_apps.outbox.kick import flag_lower, kick
from shared_apps.outbox.queries import anything_due


@shared_task(name="outbox.deliver_due")
def outbox_deliver_due() -> int:
    """Deliver what is due, for a limited time; calls the next worker when something is left."""
    flag_lower()
    tried = messages_deliver_all()
    if tried and anything_due():
        kick()
    return tried
