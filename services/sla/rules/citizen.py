"""The clocks of a case while a citizen is asked, answers, agrees or does not agree."""

from __future__ import annotations

from services.sla.rules.context import Context
from services.sla.rules.halts import halt, release
from services.sla.rules.reopening import start_clocks_of
from services.sla.state import CaseClocks
from shared.events import cases
from shared.events.cases_answer import Rated
from shared.pipeline import Change


def request_information(context: Context, fact: cases.InfoRequested) -> Change[CaseClocks]:
    """Count the OPD's question as an answer, halt the clocks that wait for the citizen, and start `silence`.

    A question asked in another system is answered there. It halts the clocks only, because that system counts the
    silence and the asker may not have been the OPD.
    """
    draft = context.draft()
    if fact.asked_in is not None:
        halt(draft, "waiting")
        return draft.change()
    if fact.opd is not None:
        draft.count_answer(fact.opd)
    halt(draft, "waiting")
    draft.start("silence", "info_requested")
    return draft.change()


def receive_information(context: Context, fact: cases.InfoReceived) -> Change[CaseClocks]:
    """End `silence` and the halt, since the citizen answered.

    If the silence had ended the case meanwhile, start the clocks of the case's state anew.
    """
    draft = context.draft()
    draft.meet("silence")
    release(draft, "waiting")
    if fact.again:
        start_clocks_of(draft, fact.state)
    return draft.change()


def receive_reply(context: Context, _fact: cases.Replied) -> Change[CaseClocks]:
    """End `silence`, since the citizen wrote about an answered case.

    A person must act before `silence` starts again.
    """
    draft = context.draft()
    draft.meet("silence")
    draft.hear("answered")
    return draft.change()


def handle_reply(context: Context, fact: cases.ReplyHandled) -> Change[CaseClocks]:
    """Start `silence` in full when a person asks again, unless a promise stands. Other outcomes have their own event."""
    draft = context.draft()
    if fact.outcome == "asked" and draft.case.promised is None:
        draft.start("silence", "resolved")
    return draft.change()


def confirm(context: Context, _fact: cases.Confirmed) -> Change[CaseClocks]:
    """End `silence`, since the citizen agrees. A promise is kept then, so `resolve` is met."""
    draft = context.draft()
    draft.meet("silence")
    draft.hear("confirmed")
    if draft.case.promised is not None:
        draft.meet("resolve")
    return draft.change()


def rate(context: Context, fact: Rated) -> Change[CaseClocks]:
    """Keep the citizen's rating of the handling for the statistics. It moves no clock."""
    draft = context.draft()
    draft.rate(fact.stars, fact.scale)
    return draft.change()


def dispute(context: Context, _fact: cases.Disputed) -> Change[CaseClocks]:
    """End `silence`, since the citizen does not agree, and count one more dispute against the OPD."""
    draft = context.draft()
    draft.meet("silence")
    draft.hear("answered")
    draft.note_after(disputed=True)
    draft.count_dispute()
    return draft.change()
