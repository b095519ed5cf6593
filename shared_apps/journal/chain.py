"""The hash chain: pure functions from a line's facts to its canonical text and its hash (L8).

``hash = sha256(version | seq | prev | payload)``. The payload is canonical JSON: keys sorted,
no spaces, amounts as text with all decimals of their currency, times in UTC. The same facts
always give the same bytes, and a changed byte anywhere changes every later hash.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

VERSION = 1
GENESIS = "0" * 64


def canonical(payload: Mapping[str, Any]) -> str:
    """The one way to write ``payload`` as text. Raises TypeError for a float: money is text."""
    _refuse_floats(payload)
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("A float has no place in the journal")
    if isinstance(value, Mapping):
        for part in value.values():
            _refuse_floats(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _refuse_floats(part)


def link_hash(*, version: int, seq: int, prev: str, payload: str) -> str:
    """Hash of one link: ``sha256(version | seq | prev | payload)``, lower-case hex."""
    return hashlib.sha256(f"{version}|{seq}|{prev}|{payload}".encode()).hexdigest()
