"""``manage.py outbox_deliver``: one pass over the outbox, for a machine without workers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from shared_apps.outbox.delivery import RUN_SECONDS, messages_deliver_all


class Command(BaseCommand):
    """Deliver what is due and end; safe to run beside workers and beside itself."""

    help = "Deliver the messages that are due, then end (for cron)."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to go on while messages keep coming."""
        parser.add_argument("--seconds", type=float, default=RUN_SECONDS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Deliver and say how many were tried."""
        tried = messages_deliver_all(seconds=options["seconds"])
        self.stdout.write(f"{tried} messages tried")
