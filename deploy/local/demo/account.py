"""The numbers of the demo. Each is counted at the end in the tables where it arose; none is kept along the way."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg

from deploy.books.look import Books
from deploy.books.report import Report
from deploy.local.demo.cases import Cases, Seen
from deploy.local.demo.doors import Sent
from deploy.local.demo.rest import Q, Rest
from deploy.local.demo.samples import Label, Samples, messages
from shared.text import tidy

SCHEMAS = ("intake", "router", "sla", "notifier")
PLACES = ("assigned", "triage", "referred", "archived", "merged", "parked", "already_closed")


@dataclass(slots=True)
class Found:
    """The complaint that each sample became. ``lost`` counts samples that were acknowledged but became none."""

    of_sample: dict[str, UUID] = field(default_factory=dict)
    senders: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)
    words: dict[UUID, str] = field(default_factory=dict)
    lost: int = 0


async def find_samples(pool: "asyncpg.Pool[Any]", samples: Samples, sent: Sent) -> Found:
    """Return the complaint of each sample.

    A sample is found by its ticket. A WhatsApp message got no ticket in its answer and is found by its text.
    """
    rows = await pool.fetch(Q["submissions"])
    by_ticket = {row["ticket"]: row["key"] for row in rows}
    by_text: dict[str, list[UUID]] = {}
    for row in rows:
        if row["channel"] == "whatsapp":
            by_text.setdefault(row["text"], []).append(row["key"])
    found = Found(words={row["key"]: " ".join(re.findall(r"\w+", row["text"].casefold())) for row in rows})
    for name, ticket in sent.tickets.items():
        if ticket in by_ticket:
            found.of_sample[name] = by_ticket[ticket]
        else:
            found.lost += 1
    for message in (message for webhook in samples.whatsapp for message in messages(webhook)):
        if message["id"] not in samples.labels or message["id"] not in sent.whatsapp:
            continue
        keys = by_text.get(_said(message), [])
        if keys:
            key = keys.pop(0)
            found.of_sample[message["id"]] = key
            found.senders[key] = message
        else:
            found.lost += 1
    return found


def _said(message: Mapping[str, Any]) -> str:
    content = message.get(message["type"], {})
    return tidy(content.get("body") or content.get("caption") or "")


def put_first(cases: Cases, accepted: Iterable[UUID], parked: frozenset[UUID]) -> Counter[str]:
    """Count the accepted complaints by the first decision. One without a decision counts as parked if in ``parked``."""
    counts: Counter[str] = Counter(dict.fromkeys(PLACES, 0))
    for key in accepted:
        case = cases.by_key.get(key)
        place = case.first_put if case else None
        if place is None and key in parked:
            place = "parked"
        if place:
            counts[place] += 1
    return counts


def right(case: Seen, label: Label) -> bool:
    """Return whether the first decision equals the label."""
    outcome = {"assigned": "assign", "triage": "triage", "referred": "refer"}.get(case.first_put or "")
    if outcome != label.outcome:
        return False
    if outcome == "assign":
        return bool(case.first["opd"] == label.opd)
    return outcome == "triage" or bool(case.first["authority"] == label.authority)


def routing(cases: Cases, found: Found, labels: Mapping[str, Label]) -> tuple[int, int, list[str]]:
    """Return how many first decisions equal their label, how many were judged, and the samples that differ."""
    judged = {name: cases.by_key.get(key) for name, key in found.of_sample.items() if name in labels}
    live = {name: case for name, case in judged.items() if case is None or case.first_put != "already_closed"}
    wrong = [name for name, case in live.items() if case is None or not right(case, labels[name])]
    return len(live) - len(wrong), len(live), wrong


@dataclass(slots=True)
class Account:
    """All numbers that the demo reports at its end."""

    accepted: list[UUID]
    first: Counter[str]
    books: Report
    held: dict[str, set[UUID]]
    absent: int
    escalations: list[Any]
    second_escalations: int
    per_opd: list[Any]
    notices: list[Any]
    states: list[Any]
    parked: Counter[str]
    stubs: dict[str, Any]

    @property
    def missing(self) -> int:
        """The number of events written but not read, plus the acknowledged complaints that a schema lacks."""
        return sum(stream.missing for stream in self.books.streams) + self.absent


async def take(pool: "asyncpg.Pool[Any]", books: Books, rest: Rest, cases: Cases, found: Found) -> Account:
    """Read all numbers. Call this only when nothing is in flight (`Rest.reached`)."""
    accepted = [row["key"] for row in await pool.fetch(Q["submissions"])]
    held: dict[str, set[UUID]] = {schema: set() for schema in SCHEMAS}
    for row in await pool.fetch(Q["held_in"]):
        held[row["schema"]].add(row["key"])
    parked = await pool.fetch(Q["parked"])
    escalations = list(await pool.fetch(Q["escalations"]))
    acknowledged = set(found.of_sample.values())
    return Account(
        accepted=accepted,
        first=put_first(cases, accepted, frozenset(row["key"] for row in parked if row["schema"] == "router")),
        books=await books.compare(),
        held=held,
        absent=found.lost + sum(len(acknowledged - keys) for keys in held.values()),
        escalations=escalations,
        second_escalations=sum(max(0, row["times"] - 1 - row["retracted"]) for row in escalations),
        per_opd=list(await pool.fetch(Q["per_opd"])),
        notices=list(await pool.fetch(Q["notices"])),
        states=list(await pool.fetch(Q["states"])),
        parked=Counter(row["schema"] for row in parked),
        stubs=await rest.tally(),
    )
