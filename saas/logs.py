"""Structured logs: one JSON object a line, with agency and request id, without personal data.

``django-structlog`` binds the request id; :func:`add_schema` binds the agency of the
connection. :func:`drop_personal` is the last line of defence: keys that name a person or a
secret never reach a log, whoever logs them. It does not read free text, so events are
constant strings and data travels in keys.
"""

import logging.config
from typing import Any

import structlog

PERSONAL_KEYS = frozenset(
    [
        "email",
        "name",
        "first_name",
        "last_name",
        "phone",
        "password",
        "token",
        "secret",
        "ip",
        "user_agent",
        "address",
        "customer",
        "authorization",
        "cookie",
        "user_id",
    ]
)


def add_schema(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Add ``schema``: the agency the line speaks of, or ``shared``."""
    from django.db import connection

    event.setdefault("schema", getattr(connection, "schema_name", None))
    return event


def drop_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Remove keys that hold personal data or secrets (L9), and the query of an address:

    search words, names and signed links travel in it.
    """
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    return {key: value for key, value in event.items() if key not in PERSONAL_KEYS}


def logging_config(*, json_lines: bool, level: str) -> None:
    """Configure stdlib logging and structlog to write to standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_schema,
        drop_personal,
    ]
    renderer = (
        structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer()
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "lines": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        renderer,
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {"httpx": {"level": "WARNING"}, "botocore": {"level": "WARNING"}},
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
