"""Publishing terms of sale: a new version each time, never an edit (R12, L4)."""

import hashlib
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from shared_apps.audit.actions import audit_record
from shared_apps.catalog.models import Product, TermsVersion
from shared_apps.network.models import SellerIdentity


def terms_sha256(body: str) -> str:
    """SHA-256 (hex) of the text as shown, UTF-8: the evidence kept with each sale (L4)."""
    return hashlib.sha256(body.encode("utf-8")).hexdigest()


@transaction.atomic
def terms_publish(
    *,
    seller: SellerIdentity,
    language: str,
    version: str,
    title: str,
    body: str,
    product: Product | None = None,
    at: datetime | None = None,
) -> TermsVersion:
    """Publish one text of ``seller``, for everything it sells or for one ``product``.

    In force from ``at`` (now by default) until a later version of the same scope and
    language. Raises ValidationError when that version exists: published terms never change.
    """
    terms = TermsVersion(
        seller=seller,
        product=product,
        language=language,
        version=version,
        title=title,
        body=body,
        sha256=terms_sha256(body),
        published_at=at or timezone.now(),
    )
    terms.full_clean()
    terms.save()
    audit_record(verb="terms_publish", target=terms, after={"sha256": terms.sha256})
    return terms
