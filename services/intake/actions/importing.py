"""The import of a Laporan Ringkas.

New rows become complaints. KnownComplaint rows are compared column by column. The report names bad rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal, get_args
from uuid import UUID

from services.intake import laporan, store
from services.intake.actions.filing import Filing, submit_commands
from services.intake.actions.running import RunningIntake
from services.intake.laporan.categories import topic_of
from services.intake.laporan.process import read_apart
from services.intake.rules.commands import SyncExternal
from services.intake.rules.external import digests_of
from shared.errors import Invalid, Refused
from shared.events.fact import Class
from shared.events.submissions import ComplaintContent, External
from shared.pipeline import Command
from shared.sp4n import marked_ticket

BATCH: Final = 500
# The choice of open rows that are history: those without activity for the days in the settings, all, or none.
History = Literal["auto", "all", "none"]
_CLASSES: Final[dict[str, Class]] = {
    "pengaduan berkadar pengawasan": "oversight",
    "pengaduan tidak berkadar pengawasan": "no_oversight",
    "permintaan informasi": "information",
    "aspirasi": "aspiration",
}
_ENDED: Final = frozenset({"closed", "archived"})


@dataclass(slots=True)
class ImportReport:
    """The result of an import: counts of new, changed and unchanged rows, and each bad row.

    ``history`` counts the new open rows that were imported as history.
    ``changes`` counts the changes of each column, and ``changed_rows`` names the rows.
    ``unmapped_categories`` counts the values of Kategori that match none of our topics.
    """

    accepted: int = 0
    already_closed: int = 0
    history: int = 0
    updated: int = 0
    unchanged: int = 0
    changes: Counter[str] = field(default_factory=Counter)
    changed_rows: list[dict[str, Any]] = field(default_factory=list)
    unmapped_categories: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    bad: list[dict[str, Any]] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the report in the form of the HTTP answer and of the printed JSON."""
        # We avoid `asdict`: in Python 3.11 it rebuilds a Counter from pairs and so counts the pairs.
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One import: the actor, the start time, and the time before which an open row is history."""

    actor: str
    began: datetime
    history_before: datetime | None
    report: ImportReport


def history_of(word: str | None) -> History:
    """Return the caller's choice, "auto" if the caller made none. Raise Invalid for an unknown word."""
    for known in get_args(History):
        if (word or "auto") == known:
            choice: History = known
            return choice
    raise Invalid(f"must be one of {', '.join(get_args(History))}", field="history")


async def import_laporan(intake: RunningIntake, content: bytes, actor: str, history: History = "auto") -> ImportReport:
    """Import one file and return its report. A later import of the same rows changes only what changed in the file.

    Raise NotALaporan when the file cannot be read; then nothing was imported.
    """
    began = intake.running.clock.now()
    reading = await read_apart(content, began)
    try:
        report = ImportReport(notes=reading.notes)
        report.bad = [
            {"row": row.number, "tracking_id": row.tracking_id, "reason": row.reason} for row in reading.bad()
        ]
        run = ImportRun(actor, began, _history_before(intake, history, began), report)
        rows = reading.rows()
        while batch := list(islice(rows, BATCH)):
            await _batch(intake, batch, run)
    finally:
        reading.close()
    report.bad.sort(key=lambda entry: int(entry["row"]))
    return report


def _history_before(intake: RunningIntake, history: History, began: datetime) -> datetime | None:
    """Return the time before which an open row's last activity makes it history, or None if no row is history."""
    if history == "none":
        return None
    return began + timedelta(days=2) if history == "all" else began - timedelta(days=intake.settings.sp4n_history_days)


async def _batch(intake: RunningIntake, rows: Sequence[laporan.LaporanRow], run: ImportRun) -> None:
    report = run.report
    own = await _own(intake, rows)
    await _compare(intake, [(row, *own[row.tracking_id]) for row in rows if row.tracking_id in own], run, ours=True)
    rows = [row for row in rows if row.tracking_id not in own]
    commands = await submit_commands(intake, [_filing(row, run) for row in rows])
    known: list[tuple[laporan.LaporanRow, UUID, str]] = []
    for row, done in zip(rows, await intake.running.do_many(commands), strict=True):
        if isinstance(done, Refused):
            _reject_row(row, done, report)
            continue
        report.tickets[row.tracking_id] = done.answer["ticket"]
        if row.category and topic_of(row.category) is None:
            report.unmapped_categories[row.category] += 1
        if done.repeat:
            known.append((row, UUID(done.answer["complaint"]), done.answer["ticket"]))
        else:
            report.accepted += 1
            report.already_closed += row.state in _ENDED
            report.history += external_of(row, run).history
    await _compare(intake, known, run)


async def _own(intake: RunningIntake, rows: Sequence[laporan.LaporanRow]) -> dict[str, tuple[UUID, str]]:
    """Return complaint and ticket of the rows that SP4N has from us, by their Tracking ID. Such a row bears our mark."""
    marks = {row.tracking_id: marked_ticket(row.text, intake.settings.secret_bytes) for row in rows}
    found = await store.keys_by_ticket(intake.pool, [ticket for ticket in marks.values() if ticket])
    return {number: (found[ticket], ticket) for number, ticket in marks.items() if ticket in found}


async def _compare(
    intake: RunningIntake,
    known: Sequence[tuple[laporan.LaporanRow, UUID, str]],
    run: ImportRun,
    *,
    ours: bool = False,
) -> None:
    """Compare known rows with their complaints and take over the changes. ``ours``: SP4N has them from us."""
    older = await store.first_submissions(intake.running.pool, [key for _, key, _ in known])
    commands = []
    for row, key, _ in known:
        before = digests_of(older[key]) if key in older else {}
        sync = SyncExternal(external_of(row, run), content_of_row(row), row.filed_at, before, ours)
        commands.append(Command(sync, (key,), run.actor))
    report = run.report
    report.tickets |= {row.tracking_id: ticket for row, _, ticket in known}
    for (row, _, ticket), done in zip(known, await intake.running.do_many(commands), strict=True):
        if isinstance(done, Refused):
            _reject_row(row, done, report)
            continue
        columns = list(done.answer["changed"])
        report.updated += bool(columns)
        report.unchanged += not columns
        report.changes.update(columns)
        if columns:
            report.changed_rows.append(
                {"row": row.number, "tracking_id": row.tracking_id, "ticket": ticket, "columns": columns}
            )


def _reject_row(row: laporan.LaporanRow, refusal: Refused, report: ImportReport) -> None:
    if refusal.status == 503:
        raise refusal
    report.bad.append({"row": row.number, "tracking_id": row.tracking_id, "reason": refusal.words})


def _filing(row: laporan.LaporanRow, run: ImportRun) -> Filing:
    return Filing(
        channel="sp4n",
        content=content_of_row(row),
        filed_at=row.filed_at,
        actor=run.actor,
        external=external_of(row, run),
        claim_scope="sp4n",
        claim_token=row.tracking_id,
    )


def content_of_row(row: laporan.LaporanRow) -> ComplaintContent:
    """Return the content of a row's complaint. The reporter's name is left out of an anonymous row."""
    return ComplaintContent(
        source=row.source or "SP4N-LAPOR!",
        text=row.text,
        title=row.title,
        place=row.place,
        topic=topic_of(row.category),
        class_hint=_CLASSES.get((row.classification or "").casefold()),
        reporter_name=None if row.anonim else row.reporter,
        anonim=row.anonim,
        rahasia=row.rahasia,
    )


def external_of(row: laporan.LaporanRow, run: ImportRun) -> External:
    """Return the row's state in SP4N, and whether the row is history for this import."""
    resting = run.history_before is not None and row.last_activity < run.history_before
    return External(
        system="sp4n",
        id=row.tracking_id,
        status=row.state,
        status_text=row.status,
        by=row.by,
        reason=row.reason,
        category=row.category,
        opd=row.opd_name,
        rating=row.rating,
        disposed_at=row.disposed_at,
        followed_up_at=row.followed_up_at,
        imported_at=run.began,
        history=resting and row.state not in _ENDED,
    )
