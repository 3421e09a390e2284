"""The conversion of a filed complaint into a command, with its ticket, secret link, contacts and claim."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.intake.rules.commands import Heard, Person, Submit
from services.intake.settings import IntakeSettings
from services.intake.store import next_block
from services.intake.tickets import Tickets
from shared.buckets import Buckets
from shared.events.contacts import ContactChannel
from shared.events.fact import Class
from shared.events.submissions import External
from shared.ids import keyed_hash, keyed_id, new_id
from shared.pipeline import Claim, Command

if TYPE_CHECKING:
    from shared.runtime.running import Running


@dataclass(frozen=True, slots=True)
class Filing:
    """A complaint as a door received it, before its ticket. ``claim_token`` is the caller's identity for it."""

    channel: str
    source: str
    text: str
    filed_at: datetime
    actor: str
    title: str | None = None
    place: str | None = None
    topic: str | None = None
    class_hint: Class | None = None
    reporter_name: str | None = None
    anonim: bool = False
    rahasia: bool = False
    owner: str | None = None
    people: tuple[Person, ...] = ()
    external: External | None = None
    heard: Heard | None = None
    claim_scope: str = ""
    claim_token: str = ""
    digest: str = ""
    also: tuple[str, ...] = ()


class Desk:
    """The desk that gives complaints their tickets and secret links. Each process has one."""

    def __init__(self, running: Running[Any], settings: IntakeSettings) -> None:
        self.running = running
        self.settings = settings
        self.secret = settings.secret_bytes
        # Counts look-ups of unknown tickets per address, so that nobody can guess tickets.
        self.lookups = Buckets(settings.lookup_rate / 60, settings.lookup_burst)
        self._tickets = Tickets(self.secret, lambda: next_block(running.pool))
        self._public_url = settings.public_url.rstrip("/")

    def person(self, channel: ContactChannel, address: str, **more: Any) -> Person:
        """Return the person of a channel and address. The same address always gives the same contact id."""
        return Person(self.contact_id(channel, address), channel, address, **more)

    def contact_id(self, channel: str, address: str) -> UUID:
        """Return the contact id of an address."""
        return keyed_id(self.secret, "contact", channel, address)

    def provider_hash(self, message_id: str) -> str:
        """Return the keyed hash of a provider's message id. We keep no plain id: it may contain a phone number."""
        return keyed_hash(self.secret, "message", message_id)

    def token(self, complaint: UUID) -> str:
        """Return the secret part of a complaint's link. The secret is derived, so it is stored nowhere."""
        return keyed_hash(self.secret, "link", str(complaint))[:32]

    def opens(self, complaint: UUID, token: str) -> bool:
        """Return whether the token is the complaint's secret."""
        return hmac.compare_digest(self.token(complaint).encode(), token.encode(errors="replace"))

    def link(self, path: str) -> str:
        """Return the public address of a path."""
        return self._public_url + path

    async def commands(self, filings: Sequence[Filing]) -> list[Command]:
        """Return a submit command for each filing, each with a new ticket."""
        tickets = await self._tickets.take(len(filings))
        return [self._command(filing, ticket) for filing, ticket in zip(filings, tickets, strict=True)]

    def _command(self, filing: Filing, ticket: str) -> Command:
        key = new_id()
        path = f"/aduan/{ticket}/{self.token(key)}"
        people = tuple({person.id: person for person in filing.people}.values())
        submit = Submit(
            ticket=ticket,
            channel=filing.channel,
            source=filing.source,
            text=filing.text,
            filed_at=filing.filed_at,
            link=path,
            title=filing.title,
            place=filing.place,
            topic=filing.topic,
            class_hint=filing.class_hint,
            reporter_name=filing.reporter_name,
            anonim=filing.anonim,
            rahasia=filing.rahasia,
            owner=filing.owner,
            people=people,
            external=filing.external,
            heard=filing.heard,
        )
        claim = None
        if filing.claim_token:
            answer = {"ticket": ticket, "path": path, "complaint": str(key)}
            claim = Claim(filing.claim_scope, filing.claim_token, filing.digest, answer, filing.also)
        return Command(submit, (key, *(person.id for person in people)), filing.actor, claim)
