"""The handlers of the router's facts: they make the timeline that a citizen follows.

A fact that is not for citizens adds no line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from services.intake.rules.context import Context, StateChange
from services.intake.rules.evidence import shows_file
from services.intake.rules.limits import lengthen
from services.intake.rules.links import evidence_links
from services.intake.state import TimelineEntry, VoiceText
from shared.events import cases as c
from shared.events import cases_merged
from shared.events.cases_answer import AnswerOutcome, Called, Extended
from shared.events.cases_evidence import EvidenceReviewed
from shared.events.cases_files import FileReleased
from shared.events.cases_helpers import HelperAdded, HelperContributed, HelperEnded
from shared.events.cases_voice import VoiceWritten
from shared.events.fact import State
from shared.ids import parse_id
from shared.pipeline import Change

# The line that names the time of an information request.
DUTY = "information_duty"
# The line that names the ways of a citizen whom the answer to an information request does not satisfy.
RIGHTS = "information_rights"
_FINAL = frozenset({"closed", "referred", "archived", "merged"})


def show(
    context: Context,
    what: str,
    quote: str | None = None,
    *,
    state: State | None = None,
    then: str | None = None,
    params: dict[str, str | None] | None = None,
    files: tuple[UUID, ...] = (),
    **fields: Any,
) -> StateChange:
    """Return the complaint with one more line, moved to ``state``, with other values in these ``fields``.

    ``then`` names a second line, which follows the first.
    """
    complaint, at = context.complaint, context.item.at
    filled = {name: value for name, value in (params or {}).items() if value}
    entry = TimelineEntry(at=at, what=what, params=filled, quote=quote, files=files)
    moved: dict[str, Any] = {}
    if state is not None:
        # A put-off stays valid while the citizen is asked for information, and while the OPD works on.
        stays = state == "awaiting_citizen" or (state == "in_progress" and complaint.state in {"assigned", state})
        until = complaint.put_off_until if stays else None
        moved = {"state": state, "ended_at": at if state in _FINAL else None, "put_off_until": until}
        moved["promised_until"] = None
        if state != "closed" and complaint.appeal in {"sent", "waiting"}:
            # The complaint came back without a decision, so its reporter may appeal after the next closing.
            moved["appeal"] = None
    timeline = lengthen(complaint.timeline, entry)
    if then is not None:
        timeline = lengthen(timeline, TimelineEntry(at=at, what=then))
    return context.changed_to(complaint.with_(**{"timeline": timeline} | moved | fields))


def _move(context: Context, state: State, **fields: Any) -> StateChange:
    """Return the complaint in this state, with other values in these ``fields``, without a line."""
    return context.changed_to(context.complaint.with_(state=state, **fields))


def show_opened(context: Context, fact: c.Opened) -> StateChange:
    """Show that the case began, and its end if it had ended elsewhere."""
    if fact.state == "verification":
        if fact.class_ == "information":
            return show(context, DUTY, state=fact.state, class_=fact.class_, topic=fact.topic)
        return _move(context, fact.state, class_=fact.class_, topic=fact.topic)
    params = {"system": fact.external_system}
    what = f"opened_{fact.state}"
    return show(context, what, fact.reason, state=fact.state, params=params, class_=fact.class_, topic=fact.topic)


def show_triaged(context: Context, fact: c.Triaged) -> StateChange:
    """Show that a person decides who is responsible."""
    return show(context, f"triaged_{fact.desk}", state="verification", opd=None)


def show_assigned(context: Context, fact: c.Assigned) -> StateChange:
    """Show the OPD that got the case, with the reasons."""
    reasons = "\n".join(fact.reasons) or None
    params: dict[str, str | None] = {"opd": fact.opd}
    return show(context, "assigned", reasons, state="assigned", params=params, opd=fact.opd, class_=fact.class_)


def show_accepted(context: Context, fact: c.Accepted) -> StateChange:
    """Show that the OPD works on the case."""
    return show(context, "accepted", state="in_progress", params={"opd": fact.opd})


def show_declined(context: Context, fact: c.Declined) -> StateChange:
    """Show that the OPD declined, with the reason. The case has no OPD then."""
    return show(context, "declined", fact.reason, state="verification", params={"opd": fact.opd}, opd=None)


def show_taken_back(context: Context, fact: c.TakenBack) -> StateChange:
    """Show that a wrong decision was undone, with the reason. A later fact names the new OPD."""
    what = "taken_back_referral" if fact.state == "referred" else "taken_back" if fact.opd else "taken_back_question"
    if fact.state == "referred" and context.item.actor == "citizen":
        # The reporter's own words stand in the line of the objection.
        return show(context, "taken_back_objected", state="verification", opd=None, proposal=False)
    params: dict[str, str | None] = {"opd": fact.opd}
    return show(context, what, fact.reason, state="verification", params=params, opd=None, proposal=False)


def show_progressed(context: Context, fact: c.Progressed) -> StateChange:
    """Show a public note of the OPD. A note for officers only moves the state."""
    if not fact.public:
        return _move(context, "in_progress")
    return show(context, "progressed", fact.text, state="in_progress", params={"opd": fact.opd})


def show_info_requested(context: Context, fact: c.InfoRequested) -> StateChange:
    """Show the OPD's question to the citizen."""
    return show(context, "info_requested", fact.question, state="awaiting_citizen", params={"opd": fact.opd})


def show_info_received(context: Context, fact: c.InfoReceived) -> StateChange:
    """Move the case on after the citizen's answer. A line says so if silence had ended the case."""
    return show(context, "goes_on", state=fact.state, unread=False) if fact.again else _move(context, fact.state)


def show_replied(context: Context, fact: c.Replied) -> StateChange:
    """Show that a reply waits for a person. Of several waiting replies only the first adds a line."""
    if fact.state != context.complaint.state:
        return show(context, "heard_again", state=fact.state, unread=True)
    # An appeal that the router took in as a reply is none.
    appeal = None if context.complaint.appeal == "sent" else context.complaint.appeal
    if fact.waiting == 1:
        return show(context, "reply_waits", unread=True, appeal=appeal)
    return context.changed_to(context.complaint.with_(unread=True, appeal=appeal))


def show_reply_handled(context: Context, fact: c.ReplyHandled) -> StateChange:
    """Show the outcome of a person's reading of a reply."""
    return show(context, f"reply_{fact.outcome}", fact.answer, unread=False)


def show_put_off(context: Context, fact: c.PutOff) -> StateChange:
    """Show that the case was put off, or that the put-off was shortened or ended, always with its date."""
    shorter = fact.was_until is not None and fact.until < fact.was_until
    what = "put_off_ended" if fact.ended else "put_off_shortened" if shorter else "put_off"
    params: dict[str, str | None] = {"opd": fact.opd, "until": fact.until.isoformat()}
    return show(context, what, fact.reason, params=params, put_off_until=None if fact.ended else fact.until)


def show_resolved(context: Context, fact: c.Resolved) -> StateChange:
    """Show the OPD's answer in the words of its outcome. A reason may name people, so only the reporter reads it."""
    reason = f"Alasannya: {fact.reason}" if fact.reason else None
    basis = f"Dasar hukumnya: {fact.legal_basis}" if fact.legal_basis else None
    evidence = evidence_links(fact.evidence, context.item.key)
    shown = show(
        context,
        _answered(fact.outcome, context),
        "\n".join(part for part in (fact.answer, reason, basis) if part),
        state="resolved",
        params={"opd": fact.opd, "to": fact.to, "until": fact.until.isoformat() if fact.until else None},
        then=RIGHTS if context.complaint.class_ == "information" else None,
        files=tuple(link.media for link in evidence),
        outcome=fact.outcome,
        promised_until=fact.until,
        agreed=False,
        stars=None,
    )
    return replace(shown, rows=evidence)


def _answered(outcome: AnswerOutcome, context: Context) -> str:
    """Return the sentence of an outcome. Information that was given repairs nothing, so it reads as an explanation."""
    if outcome != "fixed":
        return f"resolved_{outcome}"
    return "resolved_explained" if context.complaint.class_ == "information" else "resolved"


def show_extended(context: Context, fact: Extended) -> StateChange:
    """Show that the OPD took the longer time of an information request, with its reason."""
    return show(context, "extended", fact.reason, params={"opd": fact.opd})


def show_voice_written(context: Context, fact: VoiceWritten) -> StateChange:
    """Show what an officer wrote down of a voice note, and wait for the reporter's word on it."""
    written = VoiceText(file=fact.file, text=fact.text, asked_at=None if fact.corrected else context.item.at)
    if fact.corrected:
        # The reporter's own words stand in the line of the reply.
        return show(context, "voice_corrected", written=written)
    return show(context, "voice_written", fact.text, written=written)


def show_evidence_reviewed(context: Context, fact: EvidenceReviewed) -> StateChange:
    """Show the decision of a second person on doubted evidence, with the reason. A helper's photo was never shown."""
    if not shows_file(context.complaint, parse_id(fact.file)):
        return Change()
    return show(context, f"evidence_{fact.verdict}", fact.reason)


def show_file_released(context: Context, fact: FileReleased) -> StateChange:
    """Show that a person made a photo public, or took it back, with the reason. A repeat changes nothing."""
    file, shown = parse_id(fact.file), context.complaint.public_files
    if file is None or (file in shown) == fact.public:
        return context.changed_to(context.complaint)
    others = tuple(one for one in shown if one != file)
    what = "file_released" if fact.public else "file_taken_back"
    return show(context, what, fact.reason, public_files=(*others, file) if fact.public else others)


def show_called(context: Context, fact: Called) -> StateChange:
    """Show that a person called, and what the citizen said. The person's note is for officers."""
    return show(context, f"called_{fact.answer}")


def show_helper(context: Context, fact: HelperAdded) -> StateChange:
    """Show that another OPD helps, by its name. What it should contribute is for offices."""
    helpers = (*_other_helpers(context, fact.opd), fact.opd)
    return show(context, "helper_added", params={"opd": fact.opd}, helpers=helpers)


def show_helper_gone(context: Context, fact: HelperEnded) -> StateChange:
    """Show that an OPD helps no longer. An answer, an end or a new lead says so itself."""
    helpers = _other_helpers(context, fact.opd)
    if fact.why not in ("declined", "removed"):
        return context.changed_to(context.complaint.with_(helpers=helpers))
    return show(context, "helper_gone", params={"opd": fact.opd}, helpers=helpers)


def keep_part(context: Context, fact: HelperContributed) -> StateChange:
    """Keep the files of a helper's part as evidence, so that they are compared. The reporter reads one answer."""
    return Change(rows=evidence_links(fact.evidence, context.item.key))


def _other_helpers(context: Context, opd: str) -> tuple[str, ...]:
    return tuple(code for code in context.complaint.helpers if code != opd)


def show_closed(context: Context, fact: c.Closed) -> StateChange:
    """Show that the case was closed, and by whom."""
    agreed = fact.by == "citizen" or context.complaint.agreed
    return show(context, f"closed_{fact.by}", state="closed", unread=False, agreed=agreed)


def show_reopened(context: Context, fact: c.Reopened) -> StateChange:
    """Show that the case was opened again, with its OPD, and the promised day if that has passed."""
    promised = fact.promised.isoformat() if fact.promised else None
    params: dict[str, str | None] = {"opd": fact.opd, "round": str(fact.round), "until": promised}
    what = "promise_passed" if promised else "reopened"
    fields: dict[str, Any] = {"opd": fact.opd, "unread": False, "agreed": False, "stars": None}
    return show(context, what, state="in_progress", params=params, **fields)


def show_referred(context: Context, fact: c.Referred) -> StateChange:
    """Show the authority outside the province, with the reason and the next step."""
    advice = f"{fact.reason}\n{fact.next_step}"
    what = "referred_proposed" if fact.proposal else "referred"
    params: dict[str, str | None] = {"to": fact.to}
    return show(context, what, advice, state="referred", params=params, opd=None, proposal=fact.proposal)


def show_archived(context: Context, fact: c.Archived) -> StateChange:
    """Show that the case is not continued, with the reason."""
    return show(context, f"archived_{fact.reason}", state="archived")


def show_merged(context: Context, fact: cases_merged.Merged) -> StateChange:
    """Show the complaint about the same event into which this one was merged."""
    ticket = fact.into_ticket
    return show(context, "merged", state="merged", params={"into": ticket}, merged_into=ticket)


def show_merged_from(context: Context, _fact: cases_merged.MergedFrom) -> StateChange:
    """Show that another person's complaint was merged into this one."""
    return show(context, "merged_from")


def show_unmerged(context: Context, fact: cases_merged.Unmerged) -> StateChange:
    """Show that the complaint is on its own again."""
    return show(context, "unmerged", state=fact.state, merged_into=None, opd=fact.opd)


def show_reclassified(context: Context, fact: c.Reclassified) -> StateChange:
    """Show that the class or priority was changed, with the reason."""
    begins = fact.class_ == "information" != context.complaint.class_
    then = DUTY if begins else None
    return show(context, "reclassified", fact.reason, then=then, class_=fact.class_, topic=fact.topic)


def show_noted(context: Context, fact: c.Noted) -> StateChange:
    """Show that a citizen's act was kept without effect. What an OPD did without effect is for officers."""
    return show(context, "noted") if fact.what.startswith("submission.") else context.changed_to(context.complaint)
