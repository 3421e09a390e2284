"""The rules for doubted evidence: a second person decides, and an answer whose photo proves nothing is reopened."""

from __future__ import annotations

from typing import Final

from services.router.errors import NoSuchDoubt, SamePerson
from services.router.rules.commands import ReviewEvidence
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.endings import reopen_case
from services.router.rules.help_asked import ask_again
from services.router.state import Case
from services.router.state_parts import DoubtedEvidence
from shared.events.cases_evidence import EvidenceReviewed
from shared.events.submissions_evidence import EvidenceDoubted
from shared.pipeline import Change

# An answer has at most so many files, and each photo is doubted once.
_MOST: Final = 20


def take_doubts(context: Context, fact: EvidenceDoubted) -> Change[Case]:
    """Keep what speaks against a photo of the answer or of a helper's part until a second person decides.

    On a case that has neither it is noted.
    """
    draft = context.draft()
    case = draft.case
    if case.state not in ("resolved", "closed") and case.part_with(fact.file) is None:
        draft.note(fact.TYPE, case.state)
        return draft.change()
    others = tuple(one for one in case.doubted if one.file != fact.file)
    doubted = DoubtedEvidence(file=fact.file, doubts=fact.doubts, since=draft.at)
    draft.set(doubted=(*others, doubted)[-_MOST:])
    return draft.change()


def review_evidence(context: Context, command: ReviewEvidence) -> Change[Case]:
    """Decide on the doubts about a photo. A confirmed doubt reopens the case, and ends the other doubts of its answer.

    While nobody has answered, the helper who gave the photo is asked for its part again.
    Raise NoSuchDoubt if none waits, SamePerson if the caller answered, and what every command of a desk raises.
    """
    draft = begin_desk_command(context, command)
    case = draft.case
    if all(one.file != command.file for one in case.doubted):
        raise NoSuchDoubt
    part = case.part_with(command.file)
    by = part.given_by if part is not None else case.answered_by
    if by is not None and person_of(by) == person_of(context.item.actor):
        raise SamePerson
    draft.emit(EvidenceReviewed(file=command.file, verdict=command.verdict, reason=command.reason))
    if command.verdict == "confirmed" and case.state in ("resolved", "closed"):
        reopen_case(draft)
    elif command.verdict == "confirmed" and part is not None:
        ask_again(draft, part, f"Foto pada bagian sebelumnya tidak diterima: {command.reason}")
    draft.set(doubted=tuple(one for one in draft.case.doubted if one.file != command.file))
    return draft.change(with_answer=True)


def person_of(actor: str) -> str:
    """Return the part of an actor that names the person or key, whatever the role."""
    return actor.rpartition(":")[2]
