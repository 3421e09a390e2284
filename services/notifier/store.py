"""Saving of the rows that folds asked for. Each statement takes one row or a thousand."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from services.notifier.kinds import CHANNELS
from services.notifier.rows import Forget, Halt, NewNotice, Redo, Result, Resume, StatusSeen, Wake
from shared.postgres.pool import Connection
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
R = TypeVar("R")


async def save_rows(connection: Connection, rows: Sequence[object], *, channels: Sequence[str] = CHANNELS) -> None:
    """Save all rows beside the state in the step's own transaction, with a fixed number of statements per kind of row.

    ``channels`` are those that are on. A recipient who cannot be reached on one of them is told on another.
    """
    if notices := _of(NewNotice, rows):
        await connection.execute(Q["add_notices"], *_columns([_notice(row) for row in notices]))
    if wakes := _of(Wake, rows):
        await connection.execute(Q["wake"], [row.contact for row in wakes])
    if seen := _of(StatusSeen, rows):
        columns = [(row.event, row.provider_id, row.message, row.status, row.at, row.code) for row in seen]
        await connection.execute(Q["add_statuses"], *_columns(columns))
    if results := _of(Result, rows):
        await connection.execute(Q["settle"], *_columns([_result(row) for row in results]))
    if moved := [row.message for row in results if row.elsewhere]:
        await connection.execute(Q["others"], moved, None, list(channels))
    if halts := [*_of(Halt, rows), *(row.halt for row in results if row.halt)]:
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
    """Save the stops and pauses of channels, approved templates and addresses."""
    if channels := [(row.name, row.reason, row.until) for row in halts if row.scope == "channel"]:
        await connection.execute(Q["stop_channels"], *_columns(channels))
    if templates := [(row.name, row.reason) for row in halts if row.scope == "template"]:
        await connection.execute(Q["stop_templates"], *_columns(templates))
    if addresses := [(row.channel, row.name, row.reason, row.until) for row in halts if row.scope == "address"]:
        await connection.execute(Q["stop_addresses"], *_columns(addresses))


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
    return (*became, row.reason, row.attempt_at, row.as_template, row.approved, row.untried)
