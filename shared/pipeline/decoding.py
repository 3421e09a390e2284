"""Turns records into works: decoded, with their keys and claims, or with the reason why they must be parked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.clock import Clock
from shared.ids import new_id
from shared.kafka.records import Decoded, Record, decode
from shared.pipeline.change import Claim, Item, Undecodable
from shared.pipeline.work import Work

if TYPE_CHECKING:
    from shared.service import Service

MAX_EXTERNAL_ID = 200


class Decoder:
    """Decodes the streams that a service reads."""

    def __init__(self, service: Service[Any], clock: Clock) -> None:
        self._streams = {stream.topic: stream for stream in (*service.streams, *service.external)}
        self._keys_of = service.keys_of
        self._clock = clock

    def work(self, record: Record) -> Work:
        """Return the work of a record. Never raises: a record that cannot be read becomes a work with a problem."""
        stream = self._streams.get(record.topic)
        if stream is None:
            return Work(None, record, reason="undecodable", problem="a stream this service does not read")
        read = decode(stream, record)
        if read.problem is None and len(read.external_id) > MAX_EXTERNAL_ID:
            return self._problem(record, read, stream.opd, f"ce_id is longer than {MAX_EXTERNAL_ID} characters")
        if read.problem is not None or read.key is None or read.data is None:
            return self._problem(record, read, stream.opd, read.problem or "unreadable")
        try:
            keys = self._keys_of(read.key, read.data)
        except Exception as error:  # noqa: BLE001  (a service's rule: its record is parked, the rest goes on)
            return Work(
                self._bare(record, read, stream.opd, "keys"), record, reason="fold", problem=type(error).__name__
            )
        claim = Claim(f"update:{stream.opd}", read.external_id) if stream.external else None
        item = Item(
            key=read.key,
            data=read.data,
            actor=read.actor,
            at=read.at or self._clock.at(record.appended_at),
            id=read.id or new_id(),
            keys=keys,
            topic=record.topic,
            sequence=read.sequence or 0,
            opd=stream.opd if stream.external else None,
            external_id=read.external_id,
            traceparent=read.traceparent,
        )
        return Work(item, record, claim)

    def _problem(self, record: Record, read: Decoded, opd: str | None, reason: str) -> Work:
        if read.key is None:
            return Work(None, record, reason="undecodable", problem=reason)
        claim = unreadable(record) if opd else None
        return Work(self._bare(record, read, opd, reason), record, claim, reason="undecodable", problem=reason)

    def _bare(self, record: Record, read: Decoded, opd: str | None, reason: str) -> Item | None:
        """Return the known parts of a record that cannot be folded: its key and its place in the order.

        None without a key.
        """
        if read.key is None:
            return None
        return Item(
            key=read.key,
            data=Undecodable(reason),
            actor=read.actor,
            at=self._clock.at(record.appended_at),
            id=read.id or new_id(),
            keys=(read.key,),
            topic=record.topic,
            sequence=read.sequence or 0,
            opd=opd,
            external_id=read.external_id[:MAX_EXTERNAL_ID],
        )


def unreadable(record: Record) -> Claim:
    """Return the claim for an OPD's unreadable record.

    It is answered once, however often it is delivered; its ``ce_id`` stays free.
    """
    return Claim(f"unreadable:{record.topic}", f"{record.partition}:{record.offset}")
