"""Taking over a Laporan Ringkas: new rows become complaints, known ones show their status again, bad ones are named."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from services.intake import laporan
from services.intake.filing import Desk, Filing
from services.intake.rules.commands import SyncExternal
from shared.errors import Refused
from shared.events.fact import Class
from shared.events.submissions import External
from shared.pipeline import Command

BATCH: Final = 500
_CLASSES: Final[dict[str, Class]] = {
    "pengaduan berkadar pengawasan": "oversight",
    "pengaduan tidak berkadar pengawasan": "no_oversight",
    "permintaan informasi": "information",
    "aspirasi": "aspiration",
}
_ENDED: Final = frozenset({"closed", "archived"})


@dataclass(slots=True)
class Report:
    """What became of a file: rows taken in anew (of them already ended there), updated, unchanged, and each bad one."""

    accepted: int = 0
    already_closed: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: list[dict[str, Any]] = field(default_factory=list)
    tickets: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is answered and printed."""
        return asdict(self)


async def import_laporan(desk: Desk, content: bytes, actor: str) -> Report:
    """Import one file. Raises NotALaporan, and then nothing was imported; run again it changes only what has changed."""
    export = await asyncio.to_thread(laporan.read, content)
    report = Report(bad=[{"row": row.number, "tracking_id": row.tracking_id, "reason": row.reason} for row in export.bad])
    for start in range(0, len(export.rows), BATCH):
        await _batch(desk, export.rows[start : start + BATCH], actor, report)
    report.bad.sort(key=lambda entry: int(entry["row"]))
    return report


async def _batch(desk: Desk, rows: Sequence[laporan.Row], actor: str, report: Report) -> None:
    commands = await desk.commands([_filing(row, actor) for row in rows])
    known: list[tuple[laporan.Row, UUID]] = []
    for row, done in zip(rows, await desk.running.do_many(commands), strict=True):
        if isinstance(done, Refused):
            _refused(row, done, report)
        elif done.repeat:
            known.append((row, UUID(done.answer["complaint"])))
            report.tickets[row.tracking_id] = done.answer["ticket"]
        else:
            report.accepted += 1
            report.already_closed += row.state in _ENDED
            report.tickets[row.tracking_id] = done.answer["ticket"]
    synced = [Command(SyncExternal(_external(row)), (key,), actor) for row, key in known]
    for (row, _), done in zip(known, await desk.running.do_many(synced), strict=True):
        if isinstance(done, Refused):
            _refused(row, done, report)
        else:
            changed = bool(done.answer["changed"])
            report.updated += changed
            report.unchanged += not changed


def _refused(row: laporan.Row, refusal: Refused, report: Report) -> None:
    if refusal.status == 503:
        raise refusal
    report.bad.append({"row": row.number, "tracking_id": row.tracking_id, "reason": refusal.detail})


def _filing(row: laporan.Row, actor: str) -> Filing:
    return Filing(
        channel="sp4n", source=row.source or "SP4N-LAPOR!", text=row.text, filed_at=row.filed_at, actor=actor,
        title=row.title, place=row.place, topic=row.category, class_hint=_CLASSES.get((row.classification or "").casefold()),
        reporter_name=None if row.anonim else row.reporter, anonim=row.anonim, rahasia=row.rahasia, external=_external(row),
        claim_scope="sp4n", claim_token=row.tracking_id,
    )  # fmt: skip


def _external(row: laporan.Row) -> External:
    return External(
        system="sp4n", id=row.tracking_id, status=row.state, status_text=row.status, by=row.by, reason=row.reason,
        category=row.category, opd=row.opd_name,
    )  # fmt: skip
