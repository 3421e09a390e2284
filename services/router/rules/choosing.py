"""The rules for the citizen's choice among the candidates of a triage: strong evidence for one, or against all."""

from __future__ import annotations

from services.router.routing.choices import Answer
from services.router.routing.lexicon import lexicon
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.placement import candidates_of, decide_case, route
from services.router.state import Case
from shared.events.cases_choice import ChoiceTaken
from shared.events.submissions_choice import ChoiceAsked, CitizenChose
from shared.pipeline import Change

CITIZEN = "citizen"


def note_question(context: Context, fact: ChoiceAsked) -> Change[Case]:
    """Keep that the citizen was asked, so that the desk knows that an answer may come.

    Only what was shown counts as offered: "none of these" says nothing of a sentence that did not fit into an SMS.
    """
    draft = context.draft()
    draft.set(asked_choice=draft.at, choices=draft.case.choices[: fact.shown])
    return draft.change()


def take_choice(context: Context, fact: CitizenChose) -> Change[Case]:
    """Decide again with the citizen's choice. After a decision it changes nothing, and is kept in the history."""
    draft = context.draft()
    case = draft.case
    awaited = case.state == "verification" and case.desk == "triage" and case.held_until is None and bool(case.choices)
    chosen = (fact.topic, fact.authority) if fact.topic and fact.authority else None
    taken = ChoiceTaken(
        sentence=fact.sentence,
        topic=fact.topic if chosen else None,
        authority=fact.authority if chosen else None,
        opd=_opd_of(*chosen) if chosen else None,
        late=not awaited,
    )
    draft.emit(taken, CITIZEN)
    if awaited:
        offered = tuple((one.topic, one.authority) for one in case.choices)
        draft.set(chosen=fact.sentence, choices=())
        _decide_again(draft, Answer(chosen, offered))
    return draft.change()


def _decide_again(draft: Draft, answer: Answer) -> None:
    """Route the case by the choice if it is certain enough now. Otherwise put the choice before the desk."""
    case = draft.case
    decision = decide_case(case, draft.model, answer)
    if answer.chosen and "topic" not in case.settled:
        draft.set(topic=decision.topic or case.topic)
    if decision.outcome == "triage":
        draft.set(reasons=decision.reasons, candidates=candidates_of(decision))
    else:
        route(draft, decision)


def _opd_of(topic: str, authority: str) -> str | None:
    """Return the OPD that the tables name for a topic, if this authority is the province."""
    branches = (branch for matter in lexicon().matters if matter.code == topic for branch in matter.branches)
    return next((branch.opd for branch in branches if branch.authority == authority), None)
