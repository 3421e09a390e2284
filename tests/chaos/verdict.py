"""Verdict on a chaos run, from the logs of the four schemas, the books and a bare consumer of every topic."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from deploy.audit.anchors import Anchor
from deploy.audit.look import Audit
from deploy.books.look import Books
from shared.events.catalogue import INTERNAL
from tests.chaos.plan import SERVICES
from tests.support.raw import Place, each

SETTLES_WITHIN_S = 180.0

CONTIGUOUS = """
SELECT count(*) FROM (SELECT count(*) AS many, max(sequence) AS last FROM {0}.events GROUP BY topic, key) AS t
WHERE many <> last"""
ORDERED = """
SELECT count(*) FROM (
    SELECT sequence - lag(sequence, 1, 0::bigint) OVER (PARTITION BY topic, key ORDER BY position) AS step FROM {0}.events) AS t
WHERE step <> 1"""
TWICE = """
SELECT count(*) FROM (SELECT FROM {0}.events WHERE type = '{1}' GROUP BY key{2} HAVING count(*) > 1) AS t"""
ONCE = {
    "a submission": ("intake", "submission.submitted", ""),
    "an opening": ("router", "case.opened", ""),
    "an acceptance": ("router", "case.accepted", ", data->>'assignment_id'"),
    "a resolution": ("router", "case.resolved", ""),
    "a deadline": ("sla", "deadline.set", ", data->>'clock', data->>'run'"),
    "a notice": ("notifier", "notification.sent", ", data->>'message'"),
}
LEFT = {
    "outbox": "SELECT count(*) FROM {0}.outbox",
    "parked": "SELECT count(*) FROM {0}.parked",
    "waiting": "SELECT count(*) FROM {0}.state WHERE waiting",
}
# What a row that another session held keeps back is taken up by itself, and on a busy machine there is much of it.
UNDER_WAY = """
SELECT (SELECT count(*) FROM {0}.outbox) + (SELECT count(*) FROM {0}.parked WHERE reason = 'held')"""


@dataclass
class Verdict:
    """The findings. ``wrong`` holds a sentence for each fault, ``figures`` the numbers of the run for the record."""

    wrong: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def none(self, count: int, what: str) -> None:
        """Record a fault unless ``count`` is zero."""
        if count:
            self.wrong.append(f"{what}: {count}")


async def at_rest(admin_dsn: str, books: Books) -> Any:
    """Wait until the books balance, every outbox is empty and nothing is held.

    Return the last report, balanced or not, after 180 s.
    """
    connection = await asyncpg.connect(admin_dsn)
    until = time.monotonic() + SETTLES_WITHIN_S
    try:
        while True:
            report = await books.compare()
            left = sum([await connection.fetchval(UNDER_WAY.format(service)) for service in SERVICES])
            if (report.balanced and not left) or time.monotonic() > until:
                return report
            await asyncio.sleep(0.5)
    finally:
        await connection.close()


async def of_logs(verdict: Verdict, admin_dsn: str, tickets: set[str]) -> None:
    """Check the tables of the four schemas: nothing is left over, missing, out of order or done twice."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        for service in SERVICES:
            for what, query in LEFT.items():
                verdict.none(await connection.fetchval(query.format(service)), f"{service}: left in {what}")
            verdict.none(
                await connection.fetchval(CONTIGUOUS.format(service)), f"{service}: keys with a hole in their log"
            )
            verdict.none(
                await connection.fetchval(ORDERED.format(service)), f"{service}: events out of order in the log"
            )
            verdict.figures[f"{service}_events"] = await connection.fetchval(f"SELECT count(*) FROM {service}.events")
        for what, place in ONCE.items():
            verdict.none(await connection.fetchval(TWICE.format(*place)), f"{what} happened twice")
        rows = await connection.fetch(
            "SELECT data->>'ticket' AS ticket FROM intake.state WHERE data->>'kind' = 'complaint'"
        )
        known = {row["ticket"] for row in rows}
        verdict.none(len(tickets - known), "acknowledged and not stored")
        verdict.none(len(known - tickets), "stored and never acknowledged")
        verdict.figures["complaints"] = len(known)
    finally:
        await connection.close()


async def of_chains(verdict: Verdict, audit: Audit, anchors: Sequence[Anchor]) -> None:
    """Check the chain of every log, which leaders in turn have sealed while processes were killed."""
    chains = [checked async for checked in audit.verify(anchors)]
    verdict.wrong += [checked.sentence() for checked in chains if checked.finding is not None]
    verdict.figures["sealed"] = sum(checked.rows for checked in chains)


def of_topics(verdict: Verdict, login: dict[str, Any], written: dict[tuple[str, str], int]) -> None:
    """Check every internal topic by a bare consumer: first arrivals are in order, and each key's last event arrived."""
    arrived: dict[tuple[str, str], int] = {}
    records = jumped = 0
    for topic, key, sequence in _records(login):
        records += 1
        last = arrived.get((topic, key), 0)
        jumped += sequence > last + 1
        arrived[topic, key] = max(last, sequence)
    verdict.none(jumped, "events that came before an earlier one of their complaint")
    verdict.none(
        sum(arrived.get(place, 0) < last for place, last in written.items()), "keys whose last event is not in Kafka"
    )
    verdict.figures["records"] = records
    verdict.figures["repeated_records"] = records - sum(arrived.values())


def _records(login: dict[str, Any]) -> Iterator[tuple[str, str, int]]:
    for stream in INTERNAL:
        for record in each(login, [Place(stream.topic, number) for number in range(stream.partitions)]):
            named = dict(record.headers() or [])
            yield stream.topic, (record.key() or b"").decode(), int(named["ce_sequence"])


async def written_last(admin_dsn: str) -> dict[tuple[str, str], int]:
    """Return the last sequence written for each key of each internal topic."""
    connection = await asyncpg.connect(admin_dsn)
    found: dict[tuple[str, str], int] = {}
    try:
        for stream in INTERNAL:
            rows = await connection.fetch(
                f"SELECT key, max(sequence) AS last FROM {stream.writer}.events WHERE topic = $1 GROUP BY key",
                stream.topic,
            )
            found |= {(stream.topic, str(row["key"])): row["last"] for row in rows}
    finally:
        await connection.close()
    return found
