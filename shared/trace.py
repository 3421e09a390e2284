"""W3C Trace Context: the ids that join the log lines, events and records of one cause."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

# The one version that exists, and lower-case hexadecimal numbers, as the recommendation demands.
_SHAPE: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_SAMPLED: Final = 1


@dataclass(frozen=True, slots=True)
class Trace:
    """One span: the trace that it belongs to, its own id, and whether it is recorded."""

    trace_id: str
    span_id: str
    sampled: bool = True

    def child(self) -> Trace:
        """Return a new span of the same trace."""
        return Trace(self.trace_id, _new(8), self.sampled)

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{int(self.sampled):02x}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def parse(header: str) -> Trace | None:
    """Return the span that a ``traceparent`` names, or None when the header is not valid."""
    found = _SHAPE.fullmatch(header)
    if found is None:
        return None
    trace_id, span_id, flags = found.groups()
    if not int(trace_id, 16) or not int(span_id, 16):
        return None
    return Trace(trace_id, span_id, bool(int(flags, 16) & _SAMPLED))


def id_of(traceparent: str | None) -> str | None:
    """Return the trace id in a ``traceparent``, for a log line; None when there is no valid one."""
    found = parse(traceparent) if traceparent else None
    return found.trace_id if found else None


def start() -> Trace:
    """Return the first span of a new trace."""
    return Trace(_new(16), _new(8))


def follow(header: str | None) -> Trace:
    """Return a child of the span in the header. Start a new trace when there is no valid one."""
    caller = parse(header) if header else None
    return caller.child() if caller else start()


def enter(trace: Trace) -> None:
    """Make a span the present one, for this task and the tasks that it starts."""
    _current.set(trace)


def current() -> str | None:
    """Return the ``traceparent`` of the present span, or None outside of any."""
    trace = _current.get()
    return str(trace) if trace else None


def _new(size: int) -> str:
    """Return a random id of ``size`` bytes that is not all zero."""
    while not int(made := secrets.token_hex(size), 16):
        pass
    return made
