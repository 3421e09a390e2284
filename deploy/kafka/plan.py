"""The planned state of the cluster. Pure, so that a test can read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.events.catalogue import INTERNAL, Stream, of_opd

SERVICES = ("intake", "router", "sla", "notifier")
# The books ask how far the streams of the OPDs go, and read nothing.
BOOKS = "books"
# An erasure must have left the log within 3 x 24 hours. Kafka deletes whole segments, so a record may stay for the
# retention of 48 h and the length of one segment.
SEGMENT_MS = 6 * 3_600_000
MAX_RECORD_BYTES = 1_048_576


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One operation that one principal may do. `pattern` is "literal" or "prefixed"."""

    principal: str
    resource: str
    pattern: str
    name: str
    operation: str


def opd_user(code: str) -> str:
    """Return the principal of an OPD's systems."""
    return f"opd-{code}"


def users(opd_codes: Iterable[str]) -> list[str]:
    """Return the names of all principals: the services, the books and the OPDs' systems."""
    return [*SERVICES, BOOKS, *(opd_user(code) for code in opd_codes)]


def every_stream(opd_codes: Iterable[str]) -> list[Stream]:
    """Return the internal streams and those of each OPD."""
    return [*INTERNAL, *(stream for code in opd_codes for stream in of_opd(code))]


def in_sync(replication: int) -> int:
    """Return how many replicas must have a record before it is acknowledged. Of three, one may be lost at any time."""
    return 2 if replication >= 3 else 1


def topic_config(stream: Stream, replication: int) -> dict[str, str]:
    """Return the settings of a stream's topic."""
    return {
        "cleanup.policy": stream.cleanup,
        "retention.ms": str(stream.retention_ms),
        "segment.ms": str(min(SEGMENT_MS, stream.retention_ms)),
        "max.message.bytes": str(MAX_RECORD_BYTES),
        "min.insync.replicas": str(in_sync(replication)),
        # An OPD's record counts from its arrival, because the OPD's own clock is not trusted.
        "message.timestamp.type": "LogAppendTime" if stream.external else "CreateTime",
    }


def rights(opd_codes: Iterable[str]) -> set[Right]:
    """Return everything that is allowed. Kafka denies the rest."""
    codes = list(opd_codes)
    allowed: set[Right] = set()
    for stream in every_stream(codes):
        if stream.writer in SERVICES:
            allowed |= _on_topic(stream.writer, stream.topic, "WRITE")
        if stream.external:
            allowed.add(Right(BOOKS, "topic", "literal", stream.topic, "DESCRIBE"))
        for reader in set(stream.readers) & set(SERVICES):
            allowed |= _on_topic(reader, stream.topic, "READ")
    for service in SERVICES:
        allowed.add(Right(service, "group", "prefixed", service, "READ"))
        allowed.add(Right(service, "group", "prefixed", service, "DESCRIBE"))
    for code in codes:
        allowed |= _of_opd(code)
    return allowed


def _on_topic(principal: str, topic: str, operation: str) -> set[Right]:
    return {Right(principal, "topic", "literal", topic, does) for does in (operation, "DESCRIBE")}


def _of_opd(code: str) -> set[Right]:
    """Return the rights of an OPD on its own topics and groups.

    The dot at the end of the prefix keeps `opd.dis` away from `opd.dishub`.
    """
    own = f"opd.{code}."
    return {
        *(Right(opd_user(code), "topic", "prefixed", own, does) for does in ("READ", "DESCRIBE")),
        *(
            Right(opd_user(code), "topic", "literal", stream.topic, "WRITE")
            for stream in of_opd(code)
            if stream.external
        ),
        *(Right(opd_user(code), "group", "prefixed", own, does) for does in ("READ", "DESCRIBE")),
    }
