"""``Idempotency-Key``: the same request answered once, however often it is sent.

The key is reserved (with a fingerprint of method, path, body and partner) before the request is
carried out, and its answer is kept **in the transaction of what it tells**: a crash leaves both
or neither. Sent again: the same answer, byte for byte. Sent with another body: 422. Sent while
the first is still being answered: 409.

A refusal or a failure of ours wrote nothing, so it frees the key; so does a crash, after
:data:`STALE`.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from tenant_apps.orders.api.authentication import key_of
from tenant_apps.orders.api.problems import Problem
from tenant_apps.orders.models import IdempotencyRecord

MAX_LENGTH = 100
# A request cut off by a crash frees its key after this; no request is answered for as long.
STALE = timedelta(minutes=2)
Keep = Callable[[Response], None]


def fingerprint(request: Request) -> str:
    """Hash of what was asked: method, path, body and partner."""
    asked = [request.method, request.path, request.data, key_of(request).pk]
    text = json.dumps(asked, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def answered_once(request: Request, answer: Callable[[Keep], Response]) -> Response | HttpResponse:
    """``answer(keep)``, or the answer kept for this request's key.

    ``answer`` calls ``keep(response)`` inside the transaction that does the work; without a key
    that does nothing. Raises Problem 400, 409 or 422.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return answer(_forget)
    if len(key) > MAX_LENGTH or not (key.isascii() and key.isprintable()):
        raise Problem(400, "bad_idempotency_key", "The key has 1 to 100 printable characters.")
    record = _reserve(f"{key_of(request).pk}:{key}", fingerprint(request))
    if record.status_code is not None:
        return _replayed(record)
    try:
        response = answer(lambda response: _keep(record, response))
        if record.status_code is None:
            _keep(record, response)
    except BaseException:
        record.delete()
        raise
    return response


def _forget(_response: Response) -> None:
    """Without a key nothing is kept."""


def _reserve(key: str, asked: str) -> IdempotencyRecord:
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(key=key, fingerprint=asked)
    except IntegrityError:
        known = IdempotencyRecord.objects.filter(key=key).first()
    if known is None:
        raise Problem(409, "in_progress", "This request is being answered. Try again.")
    if known.fingerprint != asked:
        raise Problem(
            422, "idempotency_mismatch", "This Idempotency-Key was used for another request."
        )
    if known.status_code is None and not _taken_over(known):
        raise Problem(409, "in_progress", "This request is being answered. Try again.")
    return known


def _taken_over(known: IdempotencyRecord) -> bool:
    """Whether this request, and no other, now answers in place of one that was cut off."""
    now = timezone.now()
    if known.created_at > now - STALE:
        return False
    mine = IdempotencyRecord.objects.filter(
        pk=known.pk, status_code=None, created_at=known.created_at
    )
    return bool(mine.update(created_at=now))


def _keep(record: IdempotencyRecord, response: Response) -> None:
    # Text, not a JSON object: the database would sort its keys.
    record.body = JSONRenderer().render(response.data).decode()
    record.status_code = response.status_code
    record.save(update_fields=["status_code", "body"])


def _replayed(record: IdempotencyRecord) -> HttpResponse:
    response = HttpResponse(
        record.body, status=record.status_code, content_type=JSONRenderer.media_type
    )
    response["Idempotent-Replayed"] = "true"
    return response
