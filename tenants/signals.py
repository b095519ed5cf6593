"""Saving an agency or a domain makes every process look it up again."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from tenants.models import Agency, Domain
from tenants.resolution import forget_domains


@receiver([post_save, post_delete], sender=Domain)
@receiver([post_save, post_delete], sender=Agency)
def forget_after_change(**_kwargs: Any) -> None:
    """Forget now (this transaction sees its own change) and again after commit."""
    forget_domains()
    transaction.on_commit(forget_domains)
