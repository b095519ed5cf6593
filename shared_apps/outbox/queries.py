"""What waits in the outbox."""

from django.utils import timezone

from shared_apps.outbox.models import Message


def anything_due() -> bool:
    """Whether a message could be sent right now."""
    return Message.objects.filter(
        state=Message.State.DUE, available_at__lte=timezone.now()
    ).exists()
