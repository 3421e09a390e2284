"""A Kafka record as it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

# The end of the year 9999. A producer's timestamp beyond it is no instant.
_LAST_MS = 253_402_300_799_000


class KafkaRecord(Protocol):
    """The attributes of a consumer's record that we use."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class Record(NamedTuple):
    """A record as it came, with all that is needed to try it again later."""

    topic: str
    partition: int
    offset: int
    appended_at: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    @classmethod
    def of(cls, raw: KafkaRecord) -> Record:
        """Convert a consumer's record."""
        appended = datetime.fromtimestamp(min(max(raw.timestamp, 0), _LAST_MS) / 1000, UTC)
        return cls(raw.topic, raw.partition, raw.offset, appended, raw.key, raw.value, tuple(raw.headers))
