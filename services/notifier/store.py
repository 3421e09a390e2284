"""Saving of the rows that folds asked for. Each statement takes one row or a thousand."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from services.notifier.codes import CHANNELS
from services.notifier.rules.commands import Redo
from services.notifier.rules.rows import (
    EraseMessages,
    NewNotice,
    ReportedStatus,
    Result,
    ResumeSending,
    StopSending,
    Wake,
)
from shared.postgres.pool import Connection
from shared.postgres.queries import Queries

Q = Queries.load(Path(__file__).parent / "queries.sql")
R = TypeVar("R")
# One row of the table `messages` as a query returns it.
MessageRow = Mapping[str, Any]


async def save_rows(connection: Connection, rows: Sequence[object], *, channels: Sequence[str] = CHANNELS) -> None:
    """Save all rows beside the state in the step's own transaction, with a fixed number of statements per kind of row.

    ``channels`` are those that are on. A recipient who cannot be reached on one of them is told on another.
    """
    if notices := _rows_of(NewNotice, rows):
        await connection.execute(Q["add_notices"], *_columns([_notice(row) for row in notices]))
    if wakes := _rows_of(Wake, rows):
        await connection.execute(Q["wake_contacts"], [row.contact for row in wakes])
    if seen := _rows_of(ReportedStatus, rows):
        columns = [(row.event, row.provider_id, row.message, row.status, row.at, row.code) for row in seen]
        await connection.execute(Q["add_statuses"], *_columns(columns))
    if results := _rows_of(Result, rows):
        await connection.execute(Q["settle"], *_columns([_result(row) for row in results]))
    if moved := [row.message for row in results if row.elsewhere]:
        await connection.execute(Q["copy_to_other_channel"], moved, None, list(channels))
    if stops := [*_rows_of(StopSending, rows), *(row.stop for row in results if row.stop)]:
        await _stop(connection, stops)
    if resumes := _rows_of(ResumeSending, rows):
        await connection.execute(Q["resume_channels"], [row.name for row in resumes if row.scope == "channel"])
        await connection.execute(Q["resume_templates"], [row.name for row in resumes if row.scope == "template"])
    if redos := _rows_of(Redo, rows):
        await connection.execute(Q["redo"], *_columns([(row.message, row.decision, row.why) for row in redos]))
    if erasures := _rows_of(EraseMessages, rows):
        complaints = [row.complaint for row in erasures if row.complaint]
        contacts = [row.contact for row in erasures if row.contact]
        await connection.execute(Q["erase_notices"], complaints, contacts)
        await connection.execute(Q["erase_messages"], complaints, contacts)


async def _stop(connection: Connection, stops: Sequence[StopSending]) -> None:
    """Save the stops and pauses of channels, approved templates and addresses."""
    if channels := [(row.name, row.reason, row.until) for row in stops if row.scope == "channel"]:
        await connection.execute(Q["stop_channels"], *_columns(channels))
    if templates := [(row.name, row.reason) for row in stops if row.scope == "template"]:
        await connection.execute(Q["stop_templates"], *_columns(templates))
    if addresses := [(row.channel, row.name, row.reason, row.until) for row in stops if row.scope == "address"]:
        await connection.execute(Q["stop_addresses"], *_columns(addresses))


def _rows_of(kind: type[R], rows: Sequence[object]) -> list[R]:
    return [row for row in rows if isinstance(row, kind)]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _notice(row: NewNotice) -> tuple[Any, ...]:
    facts = json.dumps(dict(row.values), ensure_ascii=False)
    who = (row.event, row.complaint, row.audience.value, row.opd, row.contact, row.kind.value)
    return (*who, row.occurred_at, row.due, row.at_once, facts, row.traceparent)


def _result(row: Result) -> tuple[Any, ...]:
    became = (row.message, row.tries, row.state, row.provider_id, row.code)
    return (*became, row.reason, row.attempt_at, row.as_template, row.approved, row.untried)
