"""Read `Retry-After` (RFC 9110): seconds or an HTTP date, never trusted without bounds."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_RETRY_AFTER = timedelta(hours=6)
"""The most that another side may ask us to wait: four such waits end a message's day of trying."""


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return how long to wait from ``now`` (wall time), at most the bound; None when nothing readable was asked for."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        seconds = int(text[:10])
        return min(timedelta(seconds=seconds), LONGEST_RETRY_AFTER)
    try:
        asked = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    until = asked if asked.tzinfo else asked.replace(tzinfo=UTC)
    try:
        return min(max(until - now, timedelta()), LONGEST_RETRY_AFTER)
    except OverflowError:
        return None
