"""The moves of a case to its next place: assigned to an OPD, referred, or put before a desk."""

from __future__ import annotations

from services.router.routing import Decision, decide
from services.router.routing.choices import Answer
from services.router.routing.model import Model
from services.router.rules.draft import Draft
from services.router.rules.telling import withdraw_from_authority
from services.router.state import Case, whole_place
from services.router.state_parts import Referral
from shared.events import cases
from shared.events.fact import Authority, Candidate, Desk, OfferedChoice

RULES = "rules"


def decide_case(case: Case, model: Model | None, answer: Answer | None = None) -> Decision:
    """Decide where a case belongs by all that it holds, the same way at its opening and ever after.

    ``answer``: what the citizen chose among the sentences that we offered.
    """
    return decide(
        case.whole_text,
        whole_place(case.place, case.place_code),
        given_to=case.external.opd if case.external is not None else None,
        category=case.category,
        model=model,
        answer=answer,
    )


def route(draft: Draft, decision: Decision) -> None:
    """Carry out a routing decision: assign the case, refer it, or put it before triage."""
    if decision.outcome == "assign" and decision.opd:
        assign_to_opd(draft, decision.opd, decision.reasons, actor=RULES)
    elif decision.outcome == "refer" and decision.authority and decision.to and decision.next_step:
        _propose(draft, decision, decision.authority, decision.to, decision.next_step)
    else:
        choices = _choices_of(draft, decision)
        put_at_desk(draft, "triage", decision.reasons, candidates_of(decision), actor=RULES, choices=choices)


def _choices_of(draft: Draft, decision: Decision) -> tuple[OfferedChoice, ...]:
    """Return the sentences that a citizen may be offered. In another system, and without words, nobody is asked."""
    if draft.case.external is not None or draft.case.wordless:
        return ()
    return tuple(
        OfferedChoice(topic=one.topic, authority=one.authority, sentence=one.sentence) for one in decision.choices
    )


def _propose(draft: Draft, decision: Decision, authority: Authority, to: str, next_step: str) -> None:
    """Refer the case as a proposal. Below the certainty that the settings ask for, put it before triage instead."""
    if decision.probability < draft.limits.refer_certainty:
        best = Candidate(authority=authority, confidence=decision.probability)
        candidates = (best, *candidates_of(decision))[:3]
        reasons = (*decision.reasons, f"Mungkin urusan {to}; kepastiannya di bawah ambang untuk penerusan otomatis.")
        put_at_desk(draft, "triage", reasons, candidates, actor=RULES)
        return
    referral = Referral(
        authority=authority, to=to, since=draft.at, proposal=True, certainty=decision.probability, fresh=True
    )
    draft.set(state="referred", reasons=decision.reasons, since=draft.at, desk=None, referral=referral)
    reason = " ".join(decision.reasons)
    draft.emit(cases.Referred(authority=authority, to=to, reason=reason, next_step=next_step, proposal=True), RULES)
    draft.copy_to_sp4n("referral", f"{reason} {next_step}", to)


def candidates_of(decision: Decision) -> tuple[Candidate, ...]:
    """Return the alternatives of a decision as the candidates of an event."""
    return tuple(
        Candidate(authority=one.authority, opd=one.opd, confidence=one.probability) for one in decision.alternatives
    )


def put_at_desk(
    draft: Draft,
    desk: Desk,
    reasons: tuple[str, ...],
    candidates: tuple[Candidate, ...],
    *,
    actor: str | None = None,
    reopened: bool = False,
    choices: tuple[OfferedChoice, ...] = (),
) -> None:
    """Put the case before a desk, without an OPD. ``reopened``: the case had ended before.

    ``choices``: the sentences among which the citizen may choose.
    """
    withdraw_from_authority(draft)
    draft.set(
        state="verification",
        desk=desk,
        reasons=reasons,
        candidates=candidates,
        choices=choices,
        opd=None,
        assignment_id=None,
        binding=False,
        held_until=None,
        referral=None,
    )
    draft.emit(
        cases.Triaged(desk=desk, reasons=reasons, candidates=candidates, reopened=reopened, choices=choices), actor
    )


def assign_to_opd(
    draft: Draft, code: str, reasons: tuple[str, ...], *, actor: str | None = None, binding: bool = False
) -> None:
    """Assign the case to an OPD, and send the OPD a snapshot.

    The id of the input that caused the assignment becomes its id. So a history that is folded again gives the same ids.
    """
    withdraw_from_authority(draft)
    assignment_id = draft.item_id
    draft.withdraw_given(code)
    for helper in draft.case.missing:
        if helper.opd == code:
            draft.end_help(helper, "lead")
    case = draft.set(
        state="assigned",
        opd=code,
        assignment_id=assignment_id,
        binding=binding,
        desk=None,
        reasons=reasons,
        candidates=(),
        choices=(),
        before=None,
        since=draft.at,
        due_respond=None,
        referral=None,
        left=draft.case.left_without(code),
    )
    draft.emit(
        cases.Assigned(
            assignment_id=assignment_id,
            opd=code,
            class_=case.class_,
            priority=case.priority,
            topic=case.topic,
            reasons=reasons,
            transfers=case.transfers,
            binding=binding,
        ),
        actor,
    )
    draft.send_snapshot()
