"""Raw records that our services would never write. The administrator puts them on the broker and reads them back."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from deploy.local.kafka import LocalKafka
from deploy.local.kafka_cluster import LocalCluster
from shared.events.catalogue import SUBMISSIONS, updates
from shared.ids import new_id

Headers = Sequence[tuple[str, bytes | None]]
UPDATES = updates("dishub")


def login(kafka: LocalKafka | LocalCluster) -> dict[str, Any]:
    """Return client settings for the brokers' administrator."""
    return {
        "bootstrap.servers": kafka.bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": kafka.admin_user,
        "sasl.password": kafka.admin_password,
    }


def said(key: UUID, sequence: int, **instead: bytes | None) -> Headers:
    """Return the headers of a well-formed event. ``instead`` replaces or adds headers by name."""
    given: dict[str, bytes | None] = {
        "ce_specversion": b"1.0",
        "ce_id": str(new_id()).encode(),
        "ce_type": b"submission.citizen_replied",
        "ce_source": b"/tanggap/intake",
        "ce_subject": str(key).encode(),
        "ce_time": b"2026-03-16T02:00:00Z",
        "ce_sequence": f"{sequence:010d}".encode(),
        "ce_actor": b"citizen",
        "content-type": b"application/json",
    }
    return list((given | instead).items())


def reply(text: str) -> bytes:
    """Return the body of a citizen's reply."""
    return json.dumps({"text": text, "channel": "web"}).encode()


def progress(text: str) -> bytes:
    """Return the body of an OPD's update."""
    return json.dumps({"assignment_id": str(uuid.UUID(int=7)), "text": text}).encode()


class Post:
    """A producer of raw records. ``flush`` waits until the broker has them."""

    def __init__(self, kafka: LocalKafka) -> None:
        self._producer = Producer(login(kafka) | {"message.max.bytes": 4_000_000})

    def put(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        self._producer.produce(topic, key=key, value=value, headers=list(headers))  # type: ignore[arg-type]

    def say(self, key: UUID, sequence: int, text: str) -> None:
        """Put a citizen's reply with this sequence on the stream."""
        self.put(SUBMISSIONS, str(key).encode(), reply(text), said(key, sequence))

    def update(
        self, key: UUID, update_id: str, body: bytes, type_: str = "update.progressed", **instead: bytes | None
    ) -> None:
        """Put an OPD's update on its updates topic."""
        given: dict[str, bytes | None] = {"ce_id": update_id.encode(), "ce_type": type_.encode()}
        self.put(UPDATES, str(key).encode(), body, list((given | instead).items()))

    def flush(self) -> None:
        assert self._producer.flush(20) == 0


@dataclass(frozen=True)
class Place:
    """A partition."""

    topic: str
    partition: int


def _marks(consumer: Consumer, place: TopicPartition) -> tuple[int, int]:
    """Return the first and the next offset. Retry: a restarted broker leads its partitions only after a moment."""
    for pause in (0.5, 1, 2, 4, 8):
        try:
            return consumer.get_watermark_offsets(place, timeout=10)
        except KafkaException:
            time.sleep(pause)
    return consumer.get_watermark_offsets(place, timeout=10)


def each(settings: dict[str, Any], places: Sequence[Place]) -> Iterator[Message]:
    """Yield every record that these partitions hold now, one partition after the other."""
    consumer = Consumer(settings | {"group.id": "none", "enable.auto.commit": False, "auto.offset.reset": "earliest"})
    try:
        for place in places:
            low, high = _marks(consumer, TopicPartition(place.topic, place.partition))
            if high <= low:
                continue
            consumer.assign([TopicPartition(place.topic, place.partition, low)])
            at = low
            while at < high:
                for message in consumer.consume(min(500, high - at), timeout=5):
                    assert message.error() is None
                    at = (message.offset() or 0) + 1
                    yield message
    finally:
        consumer.close()


def taken(kafka: LocalKafka, topic: str, partitions: int) -> list[tuple[str, int, str, Any]]:
    """Return every record that a topic holds now as (key, sequence, type, body), per partition in order."""
    found: list[tuple[str, int, str, Any]] = []
    for message in each(login(kafka), [Place(topic, number) for number in range(partitions)]):
        named = dict(message.headers() or [])
        body = json.loads(message.value() or b"null")
        found.append(((message.key() or b"").decode(), int(named["ce_sequence"]), named["ce_type"].decode(), body))
    return found
