"""Tells errors of Postgres that pass by themselves from those that never will."""

from __future__ import annotations

import asyncpg
from asyncpg.exceptions import _base

_OWN_TABLES = {"events", "state"}
# SQLSTATE prefixes that one record never causes: another session was faster or holds a lock, or the server is in
# trouble.
_NEVER_THE_RECORD = ("25", "28", "3D", "3F", "40", "42", "53", "55", "57P", "58")

# Errors to retry when ``is_refused_data`` has said no. Nothing is ever skipped.
TRANSIENT = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)


def is_refused_data(error: BaseException) -> bool:
    """Return whether the data itself is refused, so that trying again cannot help.

    Either Postgres refuses the data (SQLSTATE 22, 23, 54), or the client cannot send them at all. A unique violation in
    ``events`` or of a state's key is a race with another replica, not bad data.
    """
    if isinstance(error, _base.DataError):
        return True
    if not isinstance(error, asyncpg.PostgresError):
        return False
    if isinstance(error, asyncpg.UniqueViolationError) and error.table_name in _OWN_TABLES:
        return False
    return (error.sqlstate or "").startswith(("22", "23", "54"))


def is_lock_timeout(error: BaseException) -> bool:
    """Return whether another session holds a lock for longer than we wait."""
    return isinstance(error, asyncpg.LockNotAvailableError)


def may_be_the_record(error: BaseException) -> bool:
    """Return whether one record may cause this transient error each time, while Postgres answers for all others."""
    if not isinstance(error, TRANSIENT):
        return False
    return not (getattr(error, "sqlstate", None) or "").startswith(_NEVER_THE_RECORD)
