"""Parser of the header `Retry-After` (RFC 9110): seconds or an HTTP date, limited to an upper bound."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# The longest wait that another side may ask for. Four such waits use up the 24 hours in which a message is tried.
LONGEST_RETRY_AFTER = timedelta(hours=6)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """Return the wait from ``now`` (wall time), at most the bound, or None when the header is absent or unreadable."""
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
