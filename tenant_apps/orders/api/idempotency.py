"""``Idempotency-Key``: the same request answered once, however often it is sent.

The key is reserved (with a fingerprint of method, path, body and partner) before the request is
carried out, and its answer is kept. Sent again: the same answer. Sent with another body: 422.
Sent while the first is still being answered: 409. A request that failed on our side (5xx) frees
its key, so that it can be tried again.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenant_apps.orders.api.problems import CONTENT_TYPE, Problem
from tenant_apps.orders.models import IdempotencyRecord

MAX_LENGTH = 100
# A request cut off by a crash frees its key after this.
STALE = timedelta(minutes=2)


def fingerprint(request: Request) -> str:
    """Hash of what was asked: method, path, body and partner."""
    asked = [request.method, request.path, request.data, request.auth.pk]
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def answered_once(request: Request, answer: Callable[[], Response]) -> Response:
    """``answer()``, or the answer kept for this request's key. Without a key: just ``answer()``."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return answer()
    if len(key) > MAX_LENGTH or not key.isprintable():
        raise Problem(400, "bad_idempotency_key", "The key has 1 to 100 printable characters.")
    record = _reserve(f"{request.auth.pk}:{key}", fingerprint(request))
    if record.status_code is not None:
        return _replayed(record)
    try:
        response = answer()
    except BaseException:
        record.delete()
        raise
    _keep(record, response)
    return response


def _reserve(key: str, print_: str) -> IdempotencyRecord:
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(key=key, fingerprint=print_)
    except IntegrityError:
        known = IdempotencyRecord.objects.filter(key=key).first()
    if known is None:
        raise Problem(409, "in_progress", "This request is being answered. Try again.")
    if known.fingerprint != print_:
        raise Problem(
            422, "idempotency_mismatch", "This Idempotency-Key was used for another request."
        )
    if known.status_code is None:
        if known.created_at > timezone.now() - STALE:
            raise Problem(409, "in_progress", "This request is being answered. Try again.")
        known.created_at = timezone.now()
        known.save(update_fields=["created_at"])
    return known


def _keep(record: IdempotencyRecord, response: Response) -> None:
    if response.status_code >= 500:
        record.delete()
        return
    record.status_code = response.status_code
    record.body = json.loads(JSONRenderer().render(response.data))
    record.save(update_fields=["status_code", "body"])


def _replayed(record: IdempotencyRecord) -> Response:
    kind: dict[str, Any] = {"content_type": CONTENT_TYPE} if record.status_code >= 400 else {}
    response = Response(record.body, status=record.status_code, **kind)
    response["Idempotent-Replayed"] = "true"
    return response
