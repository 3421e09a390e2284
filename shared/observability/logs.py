"""Logs: one JSON line per event, its name first, then ids. Never a citizen's text, name or number."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def setup_logs(service: str, replica: str, level: str) -> None:
    """Write our own logs and those of the libraries to standard output as JSON lines; the libraries' from level warning
    on.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(sort_keys=False)],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, replica=replica)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[_library, structlog.processors.JSONRenderer()], foreign_pre_chain=shared
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _library(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Convert a library's record: its logger and place.

    Of an exception only the class is kept, since its text may carry content.
    """
    record = event.pop("_record", None)
    event.pop("_from_structlog", None)
    info = event.pop("exc_info", None)
    if record is not None:
        event["logger"] = record.name
        event["message"] = str(event.get("event", ""))[:300]
        event["event"] = "library"
    if isinstance(info, tuple) and info[0] is not None:
        event["error"] = info[0].__name__
    return event


def get_logger() -> Any:
    """Return a logger, used as ``log.info("case.assigned", complaint=…, opd=…)``."""
    return structlog.get_logger()
