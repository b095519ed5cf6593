"""Stripe's request encoding: form fields with brackets, read into nested values.

``line_items[0][price_data][currency]=eur`` becomes ``{"line_items": {"0": {"price_data": …}}}``;
indexes stay keys here and become lists where the schema says "list". Bodies are bounded in size, in
number of fields and in depth, and a repeated scalar is refused instead of silently overwritten.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from deploy.sandbox.stripe_double.errors import unreadable

BODY_BYTES_MAX: Final = 256 * 1024
FIELDS_MAX: Final = 2_000
DEPTH_MAX: Final = 8

_KEY: Final = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")

Tree = dict[str, Any]


def parse_form(encoded: str) -> Tree:
    """The tree of a form body or a query string; raises a 400 fault for malformed input."""
    try:
        pairs = parse_qsl(
            encoded, keep_blank_values=True, strict_parsing=bool(encoded), max_num_fields=FIELDS_MAX
        )
    except ValueError as error:
        raise unreadable("Invalid request: the body is not form-encoded.") from error
    tree: Tree = {}
    for key, value in pairs:
        _put(tree, _path(key), value, key)
    return tree


def _path(key: str) -> list[str]:
    match = _KEY.fullmatch(key)
    if match is None:
        raise unreadable(f"Invalid parameter name: {key[:80]}", param=key[:80])
    inner = re.findall(r"\[([^\[\]]*)\]", match.group(2))
    if len(inner) >= DEPTH_MAX:
        raise unreadable(f"Invalid parameter name: {key[:80]} is nested too deeply", param=key[:80])
    return [match.group(1), *inner]


def _put(tree: Tree, path: list[str], value: str, key: str) -> None:
    node = tree
    for step in path[:-1]:
        child = node.setdefault(step, {})
        if not isinstance(child, dict):
            raise unreadable(f"Invalid parameter: {key} is both a value and a group", param=key)
        node = child
    last = path[-1] or str(len(node))
    if last in node:
        raise unreadable(f"Invalid parameter: {key} was given twice", param=key)
    node[last] = value
