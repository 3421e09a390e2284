"""The complaints that adapters file: one, or a list under one Idempotency-Key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.actions.filing import Filing, submit_commands
from services.intake.actions.media import NamedFiles, find_attachments
from services.intake.actions.running import RunningIntake
from services.intake.rules.commands import ClaimRequest, ContactPerson
from shared.errors import Refused
from shared.events.submissions import ComplaintContent
from shared.ids import new_id
from shared.pipeline import Claim


@dataclass(frozen=True, slots=True)
class Caller:
    """The adapter that files: its name as an owner of complaints, and its name in the log."""

    owner: str
    actor: str


@dataclass(frozen=True, slots=True)
class AdapterSubmission:
    """One complaint of an adapter, with the addresses of its people.

    ``digests`` identify a repeat: the present digest first, then those that earlier releases kept.
    """

    content: ComplaintContent
    channel: str
    digests: tuple[str, ...]
    filed_at: datetime | None = None
    external_id: str | None = None
    name: str | None = None
    whatsapp: str | None = None
    email: str | None = None
    callback_url: str | None = None
    attachments: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledComplaint:
    """A filed complaint, as its adapter hears of it: ticket and secret link. A ``repeat`` was filed before."""

    ticket: str
    link: str
    repeat: bool


async def claim_request(intake: RunningIntake, caller: Caller, token: str, digests: tuple[str, ...]) -> None:
    """Claim the Idempotency-Key for this body. A repeat of the body passes.

    Raises ClaimConflict for another body.
    """
    claim = Claim(f"request:{caller.owner}", token, digests[0], also=digests[1:])
    await intake.running.do(ClaimRequest(), keys=(new_id(),), actor=caller.actor, claim=claim)


async def file_submissions(
    intake: RunningIntake, caller: Caller, submissions: Sequence[AdapterSubmission], tokens: Sequence[str]
) -> list[FiledComplaint | Refused]:
    """File these complaints and return the filed complaint or the refusal of each, in order.

    ``tokens`` identify the complaints that have no external id; an empty token identifies none.
    """
    files = await find_attachments(intake, caller.owner, *(one.attachments for one in submissions))
    filings = [
        _filing(intake, caller, one, token, named) for one, token, named in zip(submissions, tokens, files, strict=True)
    ]
    commands = await submit_commands(intake, filings)
    outcomes: list[FiledComplaint | Refused] = []
    for command, done in zip(commands, await intake.running.do_many(commands), strict=True):
        if isinstance(done, Refused):
            outcomes.append(done)
            continue
        ticket, path = (
            (done.answer["ticket"], done.answer["path"]) if done.repeat else (command.data.ticket, command.data.link)
        )
        outcomes.append(FiledComplaint(ticket, intake.identities.link(path), done.repeat))
    return outcomes


def _filing(
    intake: RunningIntake, caller: Caller, submission: AdapterSubmission, token: str, files: NamedFiles
) -> Filing:
    now = intake.running.clock.now()
    kind, identity = ("external", submission.external_id) if submission.external_id else ("idempotency", token)
    return Filing(
        channel=submission.channel,
        content=submission.content,
        filed_at=min(submission.filed_at or now, now),
        actor=caller.actor,
        owner=caller.owner,
        people=_people(intake, submission),
        claim_scope=f"{kind}:{caller.owner}",
        claim_token=identity,
        digests=submission.digests,
        files=files,
    )


def _people(intake: RunningIntake, submission: AdapterSubmission) -> tuple[ContactPerson, ...]:
    people, person = [], intake.identities.person
    if submission.whatsapp:
        people.append(person("whatsapp", submission.whatsapp, name=submission.name))
    if submission.email:
        people.append(person("email", submission.email, name=submission.name))
    if submission.callback_url:
        people.append(person("webhook", submission.callback_url, role="follower"))
    return tuple(people)
