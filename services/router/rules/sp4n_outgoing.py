"""The rules for what must reach SP4N: a list on each case, which the connector or an officer works off in its order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.router.errors import TrackingIdNeeded
from services.router.routing.agency_names import find_agency
from services.router.rules.commands_sp4n import Copied
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.state import Case
from services.router.state_parts import CopyKind, TextToCopy
from shared.errors import NotFound
from shared.events.fact import Attachment, State
from shared.events.submissions import External
from shared.pipeline import Change
from shared.reference import opds
from shared.sp4n import SP4N

Group = Literal["open", "waiting", "closed", "archived"]
_GROUPS: Final[Mapping[str, Group]] = {
    **dict.fromkeys(("verification", "assigned", "in_progress", "resolved", "referred"), "open"),
    "awaiting_citizen": "waiting",
    "closed": "closed",
    "archived": "archived",
}
# What an entry makes of the complaint in SP4N.
_EFFECTS: Final[Mapping[CopyKind, tuple[State, str]]] = {
    "complaint": ("assigned", "Terverifikasi"),
    "moved": ("assigned", "Terverifikasi"),
    "resumed": ("assigned", "Terverifikasi"),
    "question": ("awaiting_citizen", "Menunggu Kelengkapan Informasi"),
    "closed": ("closed", "Ditutup oleh Admin"),
    "archived": ("archived", "Diarsipkan oleh Admin"),
}
_ACCEPTED: Final = frozenset(("assigned", "in_progress", "awaiting_citizen", "resolved"))
_WORDS: Final[Mapping[CopyKind, str]] = {
    "resumed": "Penanganan aduan dilanjutkan.",
    "closed": "Aduan ditutup.",
    "archived": "Aduan diarsipkan.",
}
FILE_ADDED: Final = "Pelapor menambahkan lampiran."
_MAX_TRACKING: Final = 20
# The actor of what the connector does.
CONNECTOR: Final = "sp4n"


@dataclass(frozen=True, slots=True)
class MirrorRow:
    """The row of a complaint for the connector. ``head``: the entry that goes next. None: nothing waits.

    ``open``: here or there the complaint has not ended, so that SP4N is asked often.
    """

    complaint: UUID
    tracking_id: str | None
    head: int | None
    open: bool


@dataclass(frozen=True, slots=True)
class ErasedThere:
    """A complaint was erased here. If it stands in SP4N, a person must ask the admin of SP4N to erase it there."""

    complaint: UUID
    tracking_id: str | None


def group_of(state: str) -> Group | None:
    """Return what SP4N can tell of one of our states. A merged case stays there as it was."""
    return _GROUPS.get(state)


def tick_off_copy(context: Context, command: Copied) -> Change[Case]:
    """Take an entry off the list of what must reach SP4N.

    Raise NotFound if it is not on the list, TrackingIdNeeded if the complaint itself was copied without its number.
    """
    # What the connector brings there is no act of a desk, whose number is limited.
    draft = context.draft() if context.item.actor == CONNECTOR else begin_desk_command(context, command)
    entry = next((copy for copy in draft.case.copies if copy.number == command.number), None)
    if entry is None:
        raise NotFound
    case = draft.set(copies=tuple(copy for copy in draft.case.copies if copy.number != command.number))
    if entry.what == "complaint":
        number = (command.tracking_id or "").strip()
        if not (number.isascii() and number.isdecimal() and len(number) <= _MAX_TRACKING):
            raise TrackingIdNeeded
        case = case.with_(sp4n=External(system=SP4N, id=number))
    if context.limits.mirror and case.in_sp4n is not None:
        case = case.with_sp4n(_after(case.in_sp4n, entry))
    draft.case = case
    return draft.change(with_answer=True)


def _after(external: External, entry: TextToCopy) -> External:
    """Return what SP4N has after an entry has reached it."""
    values: dict[str, str | None] = {}
    if entry.what in _EFFECTS:
        values["status"], values["status_text"] = _EFFECTS[entry.what]
        values["by"] = "admin" if entry.what in ("closed", "archived") else None
    if entry.what in ("complaint", "moved", "referral"):
        values["opd"] = opds()[entry.to].name if entry.to in opds() else entry.to
    return external.model_copy(update=values)


def with_mirror(
    states: Mapping[UUID, Case | None], change: Change[Case], at: datetime, *, mirror: bool
) -> Change[Case]:
    """Return the change with all that SP4N must learn of it, and with the rows of the connector.

    It is done here for every input alike, so that no handler can forget it.
    """
    after = {
        key: _completed(states.get(key), case, at) if mirror and not case.erased else case
        for key, case in change.states.items()
    }
    rows = tuple(row for key, case in after.items() if (row := _row(key, states.get(key), case)) is not None)
    return replace(change, states=after, rows=(*change.rows, *rows)) if rows or after != change.states else change


def _completed(before: Case | None, case: Case, at: datetime) -> Case:
    """Return the case with entries for what changed here and SP4N does not know."""
    if not _goes_there(case):
        accepted = (case.opd is not None and case.state in _ACCEPTED) or case.state == "referred"
        if not accepted:
            return case
        # It goes first: the texts that follow need its number.
        case = _with_entry(case, "complaint", "", at, case.opd, first=True)
    elif before is not None and _goes_there(before):
        # Files that were here before go with the complaint itself.
        known = {one.id for one in before.attachments}
        for file in (one.id for one in case.attachments if one.id not in known):
            case = _with_entry(case, "file", FILE_ADDED, at, file=file)
    if case.opd is not None and case.state in _ACCEPTED and _opd_there(case) != case.opd:
        case = _with_entry(case, "moved", f"Didisposisikan ke {opds()[case.opd].name}.", at, case.opd)
    now, was = group_of(case.state), group_of(before.state) if before is not None else None
    if now not in (None, was, "waiting", _group_there(case)):
        what: CopyKind = "closed" if now == "closed" else "archived" if now == "archived" else "resumed"
        case = _with_entry(case, what, _WORDS[what], at)
    return case


def files_of_complaint(case: Case) -> tuple[Attachment, ...]:
    """Return the files that go with the complaint itself: all but those that have an entry of their own."""
    later = {copy.file for copy in case.copies}
    return tuple(one for one in case.attachments if one.id not in later)


def _goes_there(case: Case) -> bool:
    return case.in_sp4n is not None or any(one.what == "complaint" for one in case.copies)


def _with_entry(
    case: Case,
    what: CopyKind,
    text: str,
    at: datetime,
    to: str | None = None,
    *,
    file: str | None = None,
    first: bool = False,
) -> Case:
    entry = TextToCopy(number=case.copied + 1, what=what, text=text, at=at, to=to, file=file)
    return case.with_(copied=entry.number, copies=(entry, *case.copies) if first else (*case.copies, entry))


def _group_there(case: Case) -> Group | None:
    """Return the group that SP4N will have when all entries have reached it."""
    for copy in reversed(case.copies):
        if copy.what in _EFFECTS:
            return group_of(_EFFECTS[copy.what][0])
    return group_of(case.in_sp4n.status) if case.in_sp4n is not None and case.in_sp4n.status else None


def _opd_there(case: Case) -> str | None:
    """Return the OPD that SP4N will have when all entries have reached it."""
    for copy in reversed(case.copies):
        if copy.what in ("complaint", "moved", "referral"):
            return copy.to
    return find_agency(case.in_sp4n.opd) if case.in_sp4n is not None else None


def _row(key: UUID, before: Case | None, case: Case) -> MirrorRow | ErasedThere | None:
    """Return the row that a change of a case asks for, or None if its row stays as it is."""
    if case.erased:
        if before is None or before.erased:
            return None
        return ErasedThere(key, before.in_sp4n.id if before.in_sp4n is not None else None)
    row = _row_of(key, case)
    was = _row_of(key, before) if before is not None else MirrorRow(key, None, None, open=False)
    return None if row == was else row


def _row_of(key: UUID, case: Case) -> MirrorRow:
    there = case.in_sp4n
    if there is None:
        return MirrorRow(key, None, case.copies[0].number if case.copies else None, open=False)
    ended = all(group_of(state or "") in ("closed", "archived") for state in (case.state, there.status))
    return MirrorRow(key, there.id, case.copies[0].number if case.copies else None, open=not ended)
