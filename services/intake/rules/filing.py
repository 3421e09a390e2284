"""The rule for filing a complaint."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.intake.rules.commands import ClaimRequest, Submit
from services.intake.rules.contacts import link_complaint
from services.intake.rules.context import Context, StateChange
from services.intake.rules.external import digests
from services.intake.rules.links import awaited_media, media_links
from services.intake.rules.location import located
from services.intake.rules.similarity import REMEMBERED, ComplaintWords, words_row
from services.intake.rules.suspicions import busy, signs_in, together
from services.intake.state import Complaint, Contact, TimelineEntry
from shared.bounds import heard_at
from shared.events.catalogue import SUBMISSIONS
from shared.events.submissions import ComplaintContent, Submitted
from shared.pipeline import Change, Out


def submit(context: Context, command: Submit) -> StateChange:
    """Create the complaint, link its people as contacts and answer with its ticket."""
    item, content, external = context.item, located(command.content), command.external
    filed_at = heard_at(command.filed_at, item.at)
    contacts = tuple(person.id for person in command.people)
    submitted = Submitted(
        **dict(content),
        ticket=command.ticket,
        channel=command.channel,
        contacts=contacts,
        filed_at=filed_at,
        external=external,
        attachments=command.files,
        wordless=command.wordless,
        suspicions=_suspicions(context, command),
    )
    imported = external is not None and external.imported_at is not None
    complaint = Complaint(
        ticket=command.ticket,
        channel=command.channel,
        source=content.source,
        owner=command.owner,
        filed_at=filed_at,
        received_at=item.at,
        anonim=content.anonim,
        rahasia=content.rahasia,
        contacts=contacts,
        external_system=external.system if external else None,
        external_status=external.status_text if external else None,
        source_digests=digests(content, filed_at, external) if external and imported else {},
        timeline=(TimelineEntry(at=filed_at, what="submitted", params={"channel": command.channel}),),
    )
    changed: dict[UUID, Complaint | Contact] = {item.key: complaint}
    events = [Out(SUBMISSIONS, item.key, submitted)]
    # A conversation passes its complaint on from the contact, whose own fold has linked it already.
    for person in (one for one in command.people if one.id in item.keys):
        before = changed.get(person.id, context.states.get(person.id))
        changed[person.id], event = link_complaint(before, person, item.key, command.ticket, command.link)
        events.append(event)
    rows = (
        *media_links(command.files, command.missing, item.key),
        *awaited_media(command.attachments, item.key),
        *_words(context, filed_at, content),
    )
    return Change(states=changed, events=tuple(events), rows=rows, answer={"ticket": command.ticket})


def _words(context: Context, filed_at: datetime, content: ComplaintContent) -> tuple[ComplaintWords, ...]:
    """Return the row by which the complaint is found. Nobody finds a confidential or an old one."""
    if content.rahasia or filed_at <= context.now - REMEMBERED:
        return ()
    return (words_row(context.item.key, filed_at, content),)


def _suspicions(context: Context, command: Submit) -> tuple[str, ...]:
    """Return the signs of misuse. A complaint that another system passes on with its own number has none."""
    if command.external is not None:
        return ()
    known = (context.states.get(person.id) for person in command.people if person.role == "reporter")
    many = [busy(one, context.item.key) for one in known if isinstance(one, Contact)]
    return together(command.suspicions, signs_in(command.content.text), *many)


def claim_request(_context: Context, _command: ClaimRequest) -> StateChange:
    """Change nothing: the step keeps the claim that comes with the command."""
    return Change()
