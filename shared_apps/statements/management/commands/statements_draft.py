"""Draft statements from the sales journal."""

import argparse
from typing import Any

from django.core.management import BaseCommand, CommandError

from shared_apps.catalog.models import Provider
from shared_apps.statements.accounts import Account
from shared_apps.statements.actions import statements_draft
from shared_apps.statements.periods import BadPeriod, span_parse
from tenants.models import Agency


class Command(BaseCommand):
    help = "Draft the statements of all periods that end in a month or week."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """``--period 2026-11`` or ``2026-W47``; ``--agency``/``--provider`` limit the run."""
        parser.add_argument("--period", required=True, help="2026-11 or 2026-W47")
        parser.add_argument("--agency", help="slug of one agency")
        parser.add_argument("--provider", help="reference of one provider")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per draft."""
        try:
            span = span_parse(options["period"])
        except BadPeriod as error:
            raise CommandError(f"{error} is no period: write 2026-11 or 2026-W47") from error
        for statement in statements_draft(span=span, accounts=_accounts(options)):
            self.stdout.write(
                f"{statement.party_name:<30} {statement.period_from} to {statement.period_to}"
                f"  {statement.line_count:>6} lines  due {statement.due} {statement.currency}"
            )


def _accounts(options: dict[str, Any]) -> list[Account] | None:
    try:
        if options["agency"]:
            return [Account(agency=Agency.objects.get(slug=options["agency"]))]
        if options["provider"]:
            return [Account(provider=Provider.objects.get(reference=options["provider"]))]
    except (Agency.DoesNotExist, Provider.DoesNotExist) as error:
        raise CommandError("No agency or provider is called so") from error
    return None
