"""Which errors of Postgres pass by themselves, and which never will."""

from __future__ import annotations

import asyncpg
from asyncpg.exceptions import _base

_OWN_TABLES = {"events", "state"}
# Another session was faster or holds a lock, or the server itself is not as it should be: never the doing of a record.
_NEVER_THE_RECORD = ("25", "28", "3D", "3F", "40", "42", "53", "55", "57P", "58")

TRANSIENT = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What to retry once ``is_refused_data`` has said no: nothing is skipped, ever."""


def is_refused_data(error: BaseException) -> bool:
    """The data itself is refused, so that trying again cannot help.

    Postgres refuses it (SQLSTATE 22, 23, 54), or the client cannot send it at all. A unique violation in ``events`` or of a
    state's key is a race with another replica, not bad data.
    """
    if isinstance(error, _base.DataError):
        return True
    if not isinstance(error, asyncpg.PostgresError):
        return False
    if isinstance(error, asyncpg.UniqueViolationError) and error.table_name in _OWN_TABLES:
        return False
    return (error.sqlstate or "").startswith(("22", "23", "54"))


def is_lock_timeout(error: BaseException) -> bool:
    """Another session holds a lock for longer than we wait."""
    return isinstance(error, asyncpg.LockNotAvailableError)


def may_be_the_record(error: BaseException) -> bool:
    """An error that should pass, but that one record may bring about again and again while Postgres answers all others."""
    if not isinstance(error, TRANSIENT):
        return False
    return not (getattr(error, "sqlstate", None) or "").startswith(_NEVER_THE_RECORD)
