"""Rows in and out: what folds asked for, saved in statements that take one row or a thousand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from services.notifier.rows import Forget, Halt, NewNotice, Redo, Result, Resume, StatusSeen, Wake
from shared.postgres.pool import Connection
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
R = TypeVar("R")


async def save_rows(connection: Connection, rows: Sequence[object]) -> None:
    """Everything beside the state, in the step's own transaction; one statement for each kind of row there is."""
    if notices := _of(NewNotice, rows):
        await connection.execute(Q["add_notices"], *_columns([_notice(row) for row in notices]))
    if wakes := _of(Wake, rows):
        await connection.execute(Q["wake"], [row.contact for row in wakes])
    if seen := _of(StatusSeen, rows):
        columns = [(row.event, row.provider_id, row.message, row.status, row.at, row.code) for row in seen]
        await connection.execute(Q["add_statuses"], *_columns(columns))
    if results := _of(Result, rows):
        await connection.execute(Q["settle"], *_columns([_result(row) for row in results]))
    if stops := [row for row in results if row.stop_channel]:
        await connection.execute(Q["stop_channels"], [str(row.channel) for row in stops], [row.reason for row in stops])
    if halts := _of(Halt, rows):
        await _halt(connection, halts)
    if resumes := _of(Resume, rows):
        await connection.execute(Q["resume"], [row.name for row in resumes if row.scope == "channel"])
        await connection.execute(Q["resume_templates"], [row.name for row in resumes if row.scope == "template"])
    if redos := _of(Redo, rows):
        await connection.execute(Q["redo"], *_columns([(row.message, row.decision, row.why) for row in redos]))
    if forgets := _of(Forget, rows):
        complaints = [row.complaint for row in forgets if row.complaint]
        contacts = [row.contact for row in forgets if row.contact]
        await connection.execute(Q["forget_notices"], complaints, contacts)
        await connection.execute(Q["forget_messages"], complaints, contacts)


async def _halt(connection: Connection, halts: Sequence[Halt]) -> None:
    """Stops of channels and approved templates."""
    if channels := [(row.name, row.reason) for row in halts if row.scope == "channel"]:
        await connection.execute(Q["stop_channels"], *_columns(channels))
    if templates := [(row.name, row.reason) for row in halts if row.scope == "template"]:
        await connection.execute(Q["stop_templates"], *_columns(templates))


def _of(kind: type[R], rows: Sequence[object]) -> list[R]:
    return [row for row in rows if isinstance(row, kind)]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _notice(row: NewNotice) -> tuple[Any, ...]:
    facts = json.dumps(dict(row.values), ensure_ascii=False)
    who = (row.event, row.complaint, row.audience.value, row.opd, row.contact, row.kind.value)
    return (*who, row.occurred_at, row.due, row.at_once, facts)


def _result(row: Result) -> tuple[Any, ...]:
    became = (row.message, row.tries, row.state, row.provider_id, row.code)
    return (*became, row.reason, row.attempt_at, row.as_template)
