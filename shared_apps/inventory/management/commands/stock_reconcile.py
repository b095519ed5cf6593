"""Prove that stock counters equal the movements and the holds."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from shared_apps.inventory.reconcile import stock_differences


class Command(BaseCommand):
    help = "Compare every departure's counters with its movements and holds."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the differences; exit 1 when there is one."""
        differences = stock_differences()
        for found in differences:
            self.stdout.write(
                f"departure {found.departure_id}: held {found.held}, sold {found.sold} "
                "(counter, movements, holds)"
            )
        if differences:
            raise CommandError(f"{len(differences)} departures do not agree")
        self.stdout.write("Every counter equals its movements and its holds.")
