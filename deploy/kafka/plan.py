"""What the cluster should look like: pure, so that a test can read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.events.catalogue import INTERNAL, Stream, of_opd

SERVICES = ("intake", "router", "sla", "notifier")
SEGMENT_MS = 6 * 3_600_000
"""An erasure must have left the log within 3 x 24 hours: retention 48 h, and a segment leaves at once."""
DAY_MS = 24 * 3_600_000
MAX_RECORD_BYTES = 1_048_576


@dataclass(frozen=True, slots=True, order=True)
class Right:
    """One thing that one principal may do. `pattern` is "literal" or "prefixed"."""

    principal: str
    resource: str
    pattern: str
    name: str
    operation: str


def opd_user(code: str) -> str:
    """The principal of an OPD's systems."""
    return f"opd-{code}"


def users(opd_codes: Iterable[str]) -> list[str]:
    return [*SERVICES, *(opd_user(code) for code in opd_codes)]


def every_stream(opd_codes: Iterable[str]) -> list[Stream]:
    return [*INTERNAL, *(stream for code in opd_codes for stream in of_opd(code))]


def topic_config(stream: Stream, replication: int) -> dict[str, str]:
    """The settings of a stream's topic."""
    return {
        "cleanup.policy": stream.cleanup,
        "retention.ms": str(stream.retention_ms),
        "segment.ms": str(min(SEGMENT_MS, stream.retention_ms)),
        "max.message.bytes": str(MAX_RECORD_BYTES),
        "min.insync.replicas": "2" if replication >= 3 else "1",
        # What an OPD says counts from when it arrived, not from what its clock claims.
        "message.timestamp.type": "LogAppendTime" if stream.external else "CreateTime",
    }


def rights(opd_codes: Iterable[str]) -> set[Right]:
    """Everything that is allowed; whatever is not in here is denied."""
    codes = list(opd_codes)
    allowed: set[Right] = set()
    for stream in every_stream(codes):
        if stream.writer in SERVICES:
            allowed |= _on_topic(stream.writer, stream.topic, "WRITE")
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
    """Its own topics and groups; the dot at the end keeps `opd.dis` away from `opd.dishub`."""
    own = f"opd.{code}."
    return {
        *(Right(opd_user(code), "topic", "prefixed", own, does) for does in ("READ", "DESCRIBE")),
        *(Right(opd_user(code), "topic", "literal", stream.topic, "WRITE") for stream in of_opd(code) if stream.external),
        *(Right(opd_user(code), "group", "prefixed", own, does) for does in ("READ", "DESCRIBE")),
    }
