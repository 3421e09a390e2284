"""Traces of events, in the form of the header `traceparent` (W3C Trace Context)."""

import re

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_id(traceparent: str | None) -> str | None:
    """Return the 32 hex digits of the trace, or None when ``traceparent`` is absent or malformed."""
    found = _TRACEPARENT.fullmatch(traceparent or "")
    return found[1] if found else None
