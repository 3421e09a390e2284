"""The rules for the list of citizens to be called: a sample of those who stayed silent after an answer."""

from __future__ import annotations

from services.router.rules.commands import CallCitizen
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.endings import close_case, reopen_case
from services.router.rules.limits import fields_with_reply
from services.router.state import Case
from shared.errors import NotFound
from shared.events import cases
from shared.events.cases_answer import Called
from shared.pipeline import Change


def take_call(context: Context, command: CallCitizen) -> Change[Case]:
    """Take a case off the list to be called. What the citizen said counts as if the citizen had written it.

    Raise NotFound if the case is not on the list.
    """
    draft = begin_desk_command(context, command)
    case = draft.case
    if case.call_since is None or case.state != "closed":
        raise NotFound
    draft.set(call_since=None)
    draft.emit(Called(answer=command.answer, note=command.note))
    if command.answer == "solved":
        draft.emit(cases.Confirmed())
        close_case(draft, "citizen")
    elif command.answer == "not_solved":
        reason = command.note or "Pelapor menyatakan lewat telepon bahwa masalahnya belum teratasi."
        draft.set(**fields_with_reply(case, reason))
        if case.opd is not None:
            draft.emit(cases.Disputed(opd=case.opd, reason=reason))
        reopen_case(draft)
    return draft.change(with_answer=True)
