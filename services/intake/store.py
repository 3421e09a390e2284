"""Intake's reads and writes outside the step: tickets, message links, and webhooks that cannot be read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.intake.rules.links import (
    AwaitedMedia,
    DeleteMessageLinks,
    EvidenceLink,
    FileSaid,
    MediaLink,
    MessageLink,
)
from services.intake.rules.similarity import ComplaintWords
from services.intake.state import STORED_COMPLAINT, Complaint
from shared.events.fact import State
from shared.events.submissions import ComplaintContent, Submitted
from shared.frozen import read_state
from shared.postgres.pool import Connection, Pool
from shared.postgres.queries import Queries

# The share of the reporters who were asked is counted over so many of the last events.
_RECENT = 5_000
Q = Queries.load(Path(__file__).parent / "queries.sql")


@dataclass(frozen=True, slots=True)
class FoundComplaint:
    """A complaint with its content as submitted, or as another system changed it last. An erased one has none.

    ``version`` is that of its row.
    """

    key: UUID
    version: int
    complaint: Complaint
    content: ComplaintContent | None


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A known contact id. ``main`` is the contact that holds the person's complaints.

    ``cases`` maps the complaints, newest first, to place, title and text of those that a message may be about.
    """

    main: UUID
    cases: dict[UUID, str]


@dataclass(frozen=True, slots=True)
class ChoiceCounts:
    """The complaints filed lately, the reporters asked for the subject of theirs, and those who answered."""

    filed: int
    asked: int
    chosen: int


@dataclass(frozen=True, slots=True)
class SimilarComplaint:
    """A complaint that is like another: what anybody may know of it."""

    ticket: str
    state: State
    filed_at: datetime
    topic: str | None


async def by_ticket(pool: Pool, ticket: str) -> FoundComplaint | None:
    """Return the complaint of a ticket in its canonical spelling, or None."""
    row = await pool.fetchrow(Q["by_ticket"], ticket)
    if row is None:
        return None
    complaint = read_state(STORED_COMPLAINT, row["data"])
    content = None
    if not complaint.erased and row["submitted"]:
        content = ComplaintContent.model_validate_json(row["submitted"], extra="ignore")
    return FoundComplaint(row["key"], row["version"], complaint, content)


async def count_accepted(pool: Pool, first: UUID, before: UUID) -> dict[str, int]:
    """Return the number of complaints by channel whose ids lie in this range."""
    return {row["channel"]: row["number"] for row in await pool.fetch(Q["accepted_between"], first, before)}


async def keys_by_ticket(pool: Pool, tickets: Collection[str]) -> dict[str, UUID]:
    """Return the complaint id of each of these tickets that is ours."""
    if not tickets:
        return {}
    return {row["ticket"]: row["key"] for row in await pool.fetch(Q["keys_by_ticket"], list(tickets))}


async def versions(pool: Pool, keys: Collection[UUID]) -> dict[UUID, int]:
    """Return the version of each of these complaints' rows."""
    return {row["key"]: row["version"] for row in await pool.fetch(Q["versions"], list(keys))}


async def similar(
    pool: Pool, words: str, places: Sequence[str], region: str | None, since: datetime, most: int
) -> list[SimilarComplaint]:
    """Return the open complaints at one of these places that share most words."""
    rows = await pool.fetch(Q["similar"], words, list(places), region, since, most)
    return [SimilarComplaint(row["ticket"], row["state"], row["filed_at"], row["topic"]) for row in rows]


async def followed_by(pool: Pool, contact: UUID) -> tuple[UUID, ...]:
    """Return the complaints of other people that a contact follows."""
    found = await pool.fetchval(Q["followed_by"], contact)
    return tuple(UUID(one) for one in found or ())


async def first_submissions(pool: Pool, keys: Sequence[UUID]) -> dict[UUID, Submitted]:
    """Return the first submission of each of these complaints whose state row keeps no digests of its source."""
    rows = await pool.fetch(Q["first_submissions"], keys) if keys else []
    return {row["key"]: Submitted.model_validate_json(row["data"]) for row in rows}


async def known_contacts(pool: Pool, contacts: Sequence[UUID]) -> dict[UUID, KnownContact]:
    """Return what is known of each of these contact ids. An unknown one has no entry."""
    found: dict[UUID, KnownContact] = {}
    for row in await pool.fetch(Q["contact_cases"], contacts):
        known = found.setdefault(row["contact"], KnownContact(row["main"], {}))
        if row["complaint"] is not None:
            known.cases[row["complaint"]] = row["about"]
    return found


async def quoted_complaints(pool: Pool, hashes: Sequence[str]) -> dict[str, UUID]:
    """Return the complaint of each quoted message, by the keyed hash of the message's id."""
    rows = await pool.fetch(Q["quoted_complaints"], hashes) if hashes else []
    return {row["provider_hash"]: row["complaint"] for row in rows}


async def save_rows(connection: Connection, rows: Sequence[Any]) -> None:
    """Save the links of messages and files and the words that folds made, and delete what folds want forgotten."""
    messages = [row for row in rows if isinstance(row, MessageLink)]
    if messages:
        columns = ([m.provider_hash for m in messages], [m.message for m in messages], [m.complaint for m in messages])
        await connection.execute(Q["keep_messages"], *columns)
    links = [(media, row.complaint) for row in rows if isinstance(row, MediaLink) for media in row.media]
    if links:
        await connection.execute(Q["link_media"], [media for media, _ in links], [key for _, key in links])
    evidence = [row for row in rows if isinstance(row, EvidenceLink)]
    if evidence:
        named = ([e.media for e in evidence], [e.complaint for e in evidence], [e.sha256 for e in evidence])
        await connection.execute(Q["name_evidence"], *named)
        await connection.execute(Q["link_evidence"], *named)
    awaited = [row for row in rows if isinstance(row, AwaitedMedia)]
    if awaited:
        ids, complaints = [a.id for a in awaited], [a.complaint for a in awaited]
        await connection.execute(Q["await_media"], ids, complaints, [a.provider_id for a in awaited])
    said = [row for row in rows if isinstance(row, FileSaid)]
    if said:
        await connection.execute(Q["note_said"], [one.media for one in said], [one.complaint for one in said])
    forgotten = [key for row in rows if isinstance(row, DeleteMessageLinks) for key in row.complaints]
    if forgotten:
        await connection.execute(Q["forget_messages"], forgotten)
        await connection.execute(Q["forget_evidence"], forgotten)
        await connection.execute(Q["erase_media"], forgotten)
        await connection.execute(Q["forget_words"], forgotten)
        await connection.execute(Q["forget_forms"], forgotten)
    words = [row for row in rows if isinstance(row, ComplaintWords)]
    if words:
        await connection.execute(
            Q["keep_words"],
            [w.complaint for w in words],
            [w.filed_at for w in words],
            [w.region for w in words],
            ["\n".join(w.places) for w in words],
            [w.words for w in words],
        )


async def park_webhooks(pool: Pool, topic: str, bodies: Sequence[tuple[bytes, str]]) -> None:
    """Park webhooks, or parts of them, that cannot be read, each with its reason. `parked list` shows them.

    ``topic`` names the channel, such as webhook.whatsapp.
    """
    marks = [int.from_bytes(hashlib.sha256(body).digest()[:8], "big") >> 1 for body, _ in bodies]
    await pool.execute(Q["park_webhook"], marks, [body for body, _ in bodies], [reason for _, reason in bodies], topic)


async def next_block(pool: Pool) -> int:
    """Return the number of the next block of ticket numbers."""
    return int(await pool.fetchval(Q["ticket_block"]))


async def count_choices(pool: Pool) -> ChoiceCounts:
    """Count the question what a complaint is about over the last events."""
    [row] = await pool.fetch(Q["choice_counts"], _RECENT)
    return ChoiceCounts(row["filed"], row["asked"], row["chosen"])
