"""The events that Kafka still holds, as far as people must know of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from confluent_kafka import Consumer, Message, TopicPartition

from shared.events.cases import Archived, Assigned, Closed, Referred, Resolved
from shared.events.catalogue import Stream
from shared.events.contacts import ContactErased
from shared.events.notifications import Sent
from shared.events.submissions import SubmissionErased, Submitted

SECONDS = 10.0
PIECE = 2_000
# The types of events that people outside have seen or said. All others follow from them, inside the system.
SEEN = frozenset(
    fact.TYPE
    for fact in (Submitted, SubmissionErased, ContactErased, Assigned, Resolved, Closed, Referred, Archived, Sent)
)
CITIZEN = "submission.citizen_"


@dataclass(frozen=True, slots=True)
class Event:
    """One event that was sent. ``ticket`` is that of a new complaint; ``detail`` are codes, never words of people."""

    id: UUID
    topic: str
    key: UUID
    sequence: int
    type: str
    at: datetime
    epoch: int
    ticket: str | None = None
    detail: str | None = None

    @property
    def seen(self) -> bool:
        """Whether somebody outside has seen or said it."""
        return self.type in SEEN or self.type.startswith(CITIZEN)


def sent(login: dict[str, Any], streams: Collection[Stream]) -> Iterator[Event]:
    """Yield the events of these streams that Kafka still holds.

    Raises KafkaException, and TimeoutError when the broker gives nothing for a while.
    """
    consumer = Consumer(login | {"group.id": "backup", "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    try:
        for stream in streams:
            for partition in range(_partitions(consumer, stream)):
                yield from _partition(consumer, stream.topic, partition)
    finally:
        consumer.close()


def _partitions(consumer: Consumer, stream: Stream) -> int:
    """Return how many partitions a topic has. It may have more than the catalogue says, or not exist."""
    known = consumer.list_topics(stream.topic, timeout=SECONDS).topics[stream.topic]
    return 0 if known.error is not None else len(known.partitions)


def _partition(consumer: Consumer, topic: str, partition: int) -> Iterator[Event]:
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=SECONDS)
    if high <= low:
        return
    consumer.assign([TopicPartition(topic, partition, low)])
    at = low
    while at < high:
        messages = consumer.consume(min(PIECE, high - at), timeout=SECONDS)
        if not messages:
            raise TimeoutError(f"{topic}-{partition} gives no record after offset {at} of {high}")
        for message in messages:
            error = message.error()
            if error is not None:
                raise TimeoutError(f"{topic}-{partition}: {error.str()}")
            at = (message.offset() or 0) + 1
            event = event_of(topic, message)
            if event is not None:
                yield event


def event_of(topic: str, message: Message) -> Event | None:
    """Return the event of a record, or None if a record is none of ours."""
    headers: Sequence[tuple[str, bytes | str | None]] = message.headers() or []
    named = {name: value for name, value in headers if isinstance(value, bytes)}
    try:
        type_ = named["ce_type"].decode()
        event = Event(
            UUID(named["ce_id"].decode()),
            topic,
            UUID((message.key() or b"").decode()),
            int(named["ce_sequence"]),
            type_,
            datetime.fromisoformat(named["ce_time"].decode()),
            int(named.get("ce_epoch", b"0")),
        )
        told = json.loads(message.value() or b"{}") if event.seen else {}
    except (KeyError, ValueError):
        return None
    details = {
        Sent.TYPE: ("channel", "template", "recipient"),
        Assigned.TYPE: ("opd",),
        Resolved.TYPE: ("opd",),
        Referred.TYPE: ("to",),
    }.get(type_, ())
    detail = " ".join(str(told[name]) for name in details if isinstance(told.get(name), str)) or None
    ticket = told.get("ticket") if isinstance(told.get("ticket"), str) else None
    return Event(event.id, topic, event.key, event.sequence, type_, event.at, event.epoch, ticket, detail)
