"""How bytes come in and go out: strict JSON both ways, whatever the client prefers.

Python reads more than JSON allows and more than PostgreSQL can keep: lone surrogates, NUL
characters, NaN. They are refused here, once, with a 400, so that no field has to think of them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

MAX_DEPTH = 12


class StrictJSONParser(JSONParser):
    """JSON as RFC 8259 has it, as large as the product takes (``DATA_UPLOAD_MAX_MEMORY_SIZE``)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document. Raises ParseError (400), or RequestDataTooBig (413)."""
        request = (parser_context or {})["request"]
        try:
            text = request._request.body.decode()
            data = json.loads(text, parse_constant=_refuse_constant)
        except RecursionError as error:
            raise ParseError("JSON is nested too deeply.") from error
        except ValueError as error:
            raise ParseError("The body is not JSON.") from error
        if "\\u" in text or "\x00" in text or text.count("{") + text.count("[") > MAX_DEPTH:
            _check(data, MAX_DEPTH)
        return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _check(value: Any, depth: int) -> None:
    if depth == 0:
        raise ParseError("JSON is nested too deeply.")
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise ParseError("Text has no NUL characters and no lone surrogates.")
    elif isinstance(value, dict):
        for name, part in value.items():
            _check(name, depth)
            _check(part, depth - 1)
    elif isinstance(value, list):
        for part in value:
            _check(part, depth - 1)


class AlwaysJSON(BaseContentNegotiation):
    """Answers are JSON, problems included; ``Accept`` cannot turn an answer into an error."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The JSON parser for a JSON body; None is a 415."""
        declared = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == declared), None)

    def select_renderer(  # type: ignore[override]
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """The JSON renderer."""
        return renderers[0], str(renderers[0].media_type)
