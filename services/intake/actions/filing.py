"""The filing of complaints: each gets a ticket, a secret link, its contacts and a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.intake.actions.media import NamedFiles
from services.intake.actions.running import RunningIntake
from services.intake.actions.suspicions import signs_on_the_web
from services.intake.rules.commands import ContactPerson, Submit
from shared.events.submissions import ComplaintContent, External
from shared.ids import new_id
from shared.pipeline import Claim, Command


@dataclass(frozen=True, slots=True)
class Filing:
    """A complaint as its channel brought it, before its ticket. ``claim_token`` is the caller's identity for it."""

    channel: str
    content: ComplaintContent
    filed_at: datetime
    actor: str
    owner: str | None = None
    people: tuple[ContactPerson, ...] = ()
    external: External | None = None
    claim_scope: str = ""
    claim_token: str = ""
    digests: tuple[str, ...] = ("",)
    files: NamedFiles = field(default_factory=NamedFiles)
    suspicions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FiledForm:
    """The complaint that a web form became."""

    complaint: UUID
    ticket: str


async def submit_commands(intake: RunningIntake, filings: Sequence[Filing]) -> list[Command]:
    """Return a submit command for each filing, each with a new ticket."""
    tickets = await intake.tickets.take(len(filings))
    return [_command(intake, filing, ticket) for filing, ticket in zip(filings, tickets, strict=True)]


def _command(intake: RunningIntake, filing: Filing, ticket: str) -> Command:
    key = new_id()
    path = intake.identities.path(key, ticket)
    people = tuple({person.id: person for person in filing.people}.values())
    submit = Submit(
        ticket=ticket,
        link=path,
        channel=filing.channel,
        content=filing.content,
        filed_at=filing.filed_at,
        owner=filing.owner,
        people=people,
        external=filing.external,
        files=filing.files.attachments,
        missing=filing.files.missing,
        suspicions=filing.suspicions,
    )
    claim = None
    if filing.claim_token:
        answer = {"ticket": ticket, "path": path, "complaint": str(key)}
        digest, *also = filing.digests
        claim = Claim(filing.claim_scope, filing.claim_token, digest, answer, tuple(also))
    return Command(submit, (key, *(person.id for person in people)), filing.actor, claim)


async def file_form(
    intake: RunningIntake,
    content: ComplaintContent,
    *,
    name: str | None,
    whatsapp: str | None,
    email: str | None,
    token: str,
    files: NamedFiles,
    robot: bool = False,
) -> FiledForm:
    """File the complaint of a web form.

    ``token`` identifies this sending of the form. The same token leads to the same complaint. ``robot`` says that a
    field was filled in that people do not see.
    Raises Refused when the complaint cannot be stored now.
    """
    people = []
    if whatsapp:
        people.append(intake.identities.person("whatsapp", whatsapp, name=name))
    if email:
        people.append(intake.identities.person("email", email, name=name))
    filing = Filing(
        channel="web",
        content=content,
        filed_at=intake.running.clock.now(),
        actor="citizen",
        people=tuple(people),
        claim_scope="form",
        claim_token=token,
        files=files,
        suspicions=signs_on_the_web(intake, content, robot=robot),
    )
    [command] = await submit_commands(intake, [filing])
    done = await intake.running.do(command.data, keys=command.keys, actor=command.actor, claim=command.claim)
    if done.repeat:
        return FiledForm(UUID(done.answer["complaint"]), done.answer["ticket"])
    return FiledForm(command.keys[0], command.data.ticket)
