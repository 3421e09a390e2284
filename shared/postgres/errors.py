"""Which errors of Postgres pass by themselves, and which never will."""

from __future__ import annotations

import asyncpg

_OWN_TABLES = {"events", "state"}


def is_refused_data(error: BaseException) -> bool:
    """Postgres refuses the data itself (SQLSTATE 22 or 23), so that trying again cannot help.

    A unique violation in ``events`` or of a state's key is a race with another replica, not bad data.
    """
    if not isinstance(error, asyncpg.PostgresError):
        return False
    if isinstance(error, asyncpg.UniqueViolationError) and error.table_name in _OWN_TABLES:
        return False
    return (error.sqlstate or "").startswith(("22", "23"))


TRANSIENT = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What to retry once ``is_refused_data`` has said no: nothing is skipped, ever."""
