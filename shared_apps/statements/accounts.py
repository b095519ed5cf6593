"""An account: one agency or one provider as a party of settlement, and the terms it has."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared_apps.catalog.models import Provider
from shared_apps.statements.models import Party, PeriodKind, SettlementTerms
from tenants.models import Agency

DEFAULT_DUE_DAYS = 30


@dataclass(frozen=True)
class Account:
    """Exactly one of both is set."""

    agency: Agency | None = None
    provider: Provider | None = None

    def __post_init__(self) -> None:
        if (self.agency is None) == (self.provider is None):
            raise ValueError("An account is an agency's or a provider's")

    @property
    def party(self) -> str:
        """``agency`` or ``provider``."""
        return Party.AGENCY if self.agency is not None else Party.PROVIDER

    @property
    def owner(self) -> Agency | Provider:
        """The agency or the provider."""
        found = self.agency or self.provider
        if found is None:
            raise ValueError("An account is an agency's or a provider's")
        return found

    @property
    def schema(self) -> str:
        """The schema of the agency, for row-level security; empty for a provider."""
        return self.agency.schema_name if self.agency is not None else ""

    @property
    def key(self) -> str:
        """The key of the account's counter: ``agency:12``."""
        return f"{self.party}:{self.owner.pk}"

    @property
    def columns(self) -> dict[str, Any]:
        """The columns that say whose row it is."""
        return {
            "party": self.party,
            "agency": self.agency,
            "provider": self.provider,
            "agency_schema": self.schema,
        }

    @property
    def code(self) -> str:
        """The first part of its statements' references: ``A-LUMIERE`` or ``P-FLEUVE``."""
        if self.agency is not None:
            return f"A-{self.agency.slug.upper()}"
        return f"P-{self.provider.reference.upper()}" if self.provider is not None else ""


def terms_of(account: Account, on: date) -> SettlementTerms:
    """The terms in force on ``on``; monthly, 30 days, netted, when none were agreed (unsaved)."""
    found = (
        SettlementTerms.objects.filter(
            agency=account.agency, provider=account.provider, valid_from__lte=on
        )
        .order_by("-valid_from")
        .first()
    )
    return found or SettlementTerms(
        **account.columns,
        period=PeriodKind.MONTHLY,
        due_days=DEFAULT_DUE_DAYS,
        netting=True,
        valid_from=on,
    )


def accounts_all() -> Iterator[Account]:
    """Every agency, then every provider, by name."""
    for agency in Agency.objects.order_by("name"):
        yield Account(agency=agency)
    for provider in Provider.objects.order_by("name"):
        yield Account(provider=provider)
