"""A memory of a few seconds for what every sale reads and hardly anybody changes.

One departure on a busy morning is read a hundred times a second with its product, provider,
place, prices, rules and terms. Reading them again within two seconds tells nothing new and costs
most of a sale's time. So the answer is kept for ``MEMO_SECONDS`` in the process, under the
schema it was asked in, so that no agency ever reads another's.

What must be true at once is never kept: whether a product may be sold (R24), places, holds,
orders. A changed price or rule therefore counts two seconds later at most; what was quoted is
frozen on the order anyway. With ``MEMO_SECONDS = 0`` (the tests) nothing is kept.
"""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection

LARGEST = 5_000
_Result = TypeVar("_Result")
_kept: dict[Hashable, tuple[float, Any]] = {}
_lock = threading.Lock()


def remembered(key: Hashable, read: Callable[[], _Result]) -> _Result:
    """What ``read()`` answered for ``key`` in this schema within the last seconds, or answers now.

    The answer is shared between threads: treat it as read-only. An error is never kept.
    """
    seconds = settings.MEMO_SECONDS
    if not seconds:
        return read()
    now = time.monotonic()
    full_key = (connection.settings_dict["NAME"], connection.schema_name, key)
    found = _kept.get(full_key)
    if found is not None and now - found[0] < seconds:
        answer: _Result = found[1]
        return answer
    answer = read()
    with _lock:
        if len(_kept) >= LARGEST:
            _kept.clear()
        _kept[full_key] = (now, answer)
    return answer


def forget_all() -> None:
    """Keep nothing any more (tests)."""
    with _lock:
        _kept.clear()
