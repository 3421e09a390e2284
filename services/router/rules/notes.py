"""The rules for internal notes, for hand-overs between colleagues of an OPD, and for who is told of them.

A note stays in the row of its case. It stands in no event and in no snapshot, so neither the citizen nor another OPD
gets it. It goes when the complaint is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.router.errors import NotYours, WrongState
from services.router.rules.acts import count_act, person_of
from services.router.rules.commands import OpdCommand
from services.router.rules.commands_team import Colleague, HandOver, ReadMention, WriteNote
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.state import Case
from services.router.state_parts import Note
from shared.errors import Refused
from shared.events.catalogue import ACCOUNTS
from shared.events.contacts import ReplyRequested
from shared.pipeline import Change, Out

MENTIONED: Final = "case_mentioned"
HANDED: Final = "case_handed"
# The row of a case is read and written whole at each step.
_MOST_NOTES: Final = 200
_MOST_BYTES: Final = 60_000
# States in which an OPD has the case, and colleagues still talk about it.
_HELD: Final = frozenset(("assigned", "in_progress", "awaiting_citizen", "resolved"))


class NotesFull(Refused):
    """The case takes no more internal notes."""

    code = "notes_full"
    message = "Catatan internal aduan ini sudah penuh. Sampaikan kepada rekan Anda dengan cara lain."


def write_note(context: Context, command: WriteNote) -> Change[Case]:
    """Keep an internal note, and mail to the colleagues that it mentions. Its writer has read the notes before it."""
    draft = _begin(context, command)
    _keep(draft, command, command.by, command.text, command.told)
    return _told(draft, MENTIONED, command.by, command.told)


def hand_over(context: Context, command: HandOver) -> Change[Case]:
    """Make a colleague responsible, and keep a note that says so."""
    draft = _begin(context, command)
    to = command.to
    told = () if command.quiet else (to,)
    words = f"Diambil alih oleh {to.name}." if command.quiet else f"Diserahkan kepada {to.name}."
    _keep(draft, command, command.by, f"{words} {command.text}".strip(), told)
    draft.set(holder=to.account)
    return _told(draft, HANDED, command.by, told)


def read_mention(context: Context, command: ReadMention) -> Change[Case]:
    """Keep that somebody has read the notes. It changes nothing for somebody whom no note mentions."""
    draft = context.draft()
    if draft.case.opd != command.opd:
        raise NotYours
    if command.reader in draft.case.mentioned:
        draft.set(mentioned=tuple(one for one in draft.case.mentioned if one != command.reader))
    return draft.change(with_answer=True)


def notes_of(case: Case, opd: str) -> tuple[Note, ...]:
    """Return the notes that the people of an OPD may read: their own OPD's, the oldest first."""
    return tuple(note for note in case.notes if note.opd == opd)


def _begin(context: Context, command: OpdCommand) -> Draft:
    draft = context.draft()
    case = draft.case
    if case.opd != command.opd:
        raise NotYours
    if case.state not in _HELD:
        raise WrongState(case.state)
    count_act(draft, command)
    return draft


def _keep(draft: Draft, command: OpdCommand, by: str, text: str, told: Sequence[Colleague]) -> None:
    """Add a note. Raise NotesFull if the row takes no more of them."""
    case = draft.case
    mentions = tuple(one.account for one in told)
    size = sum(len(note.text.encode()) for note in case.notes) + len(text.encode())
    if len(case.notes) >= _MOST_NOTES or size > _MOST_BYTES:
        raise NotesFull
    note = Note(opd=command.opd, by=by, text=text, at=draft.at, mentions=mentions)
    writer = person_of(draft.actor)
    unread = dict.fromkeys(one for one in (*case.mentioned, *mentions) if one != writer)
    draft.set(notes=(*case.notes, note), mentioned=tuple(unread))


def _told(draft: Draft, template: str, by: str, told: Sequence[Colleague]) -> Change[Case]:
    """Return the change with a mail to each colleague. The mail names the case and the writer, and quotes nothing."""
    change = draft.change(with_answer=True)
    mails = tuple(
        Out(
            ACCOUNTS,
            one.account,
            ReplyRequested(
                template=template,
                params={"name": one.name, "by": by, "number": draft.case.ticket, "address": one.link},
                channel="email",
                address=one.address,
            ),
        )
        for one in told
    )
    return Change(states=change.states, events=(*change.events, *mails), answer=change.answer)
