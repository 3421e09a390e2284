"""The longer time that the law gives once for an information request (UU 14/2008, Pasal 22 ayat (8)).

The deadlines service counts it; its length stands in the policies.
"""

from __future__ import annotations

from services.router.errors import CannotExtend
from services.router.rules.commands import Extend
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.opd_commands import carry_out
from services.router.state import Case
from shared.events.cases_answer import Extended
from shared.pipeline import Change


def extend_case(context: Context, command: Extend) -> Change[Case]:
    """Take the longer time for an information request."""
    draft = context.draft()
    carry_out(draft, command, extend)
    return draft.change(with_answer=True)


def extend(draft: Draft, command: Extend) -> None:
    """Take the longer time for an information request.

    Raise CannotExtend for another class, for the second time, or when the time is over.
    """
    case = draft.case
    if case.class_ != "information":
        raise CannotExtend("only the time of an information request can be extended")
    if case.extended:
        raise CannotExtend("the time was extended before")
    if case.due_resolve is not None and draft.at > case.due_resolve:
        raise CannotExtend("the time is over")
    draft.set(extended=True)
    draft.emit(Extended(opd=command.opd, reason=command.reason))
    draft.copy_to_sp4n("progress", f"Waktu menjawab diperpanjang satu kali: {command.reason}")
