"""Turns records into items: decoded, with their keys and claims, or with the problem for which they must be parked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.events.fact import Blank
from shared.ids import new_id
from shared.kafka.records import Decoded, decode
from shared.pipeline.items import Claim, Entry, Item, Problem, Undecodable, Unkeyed
from shared.pipeline.service import Service
from shared.record import Record

MAX_EXTERNAL_ID = 200


class Decoder:
    """Decodes the streams that a service reads.

    ``epochs`` is the lowest epoch of each writer whose events count; a writer that is not named was never restored.
    """

    def __init__(self, service: Service[Any], clock: Clock) -> None:
        self._streams = {stream.topic: stream for stream in (*service.streams, *service.external)}
        self._keys_of = service.keys_of
        self._clock = clock
        self.epochs: Mapping[str, int] = {}

    def entry(self, record: Record) -> Entry:
        """Return the item of a record. Never raises: a record that cannot be read becomes an entry with a problem."""
        stream = self._streams.get(record.topic)
        if stream is None:
            return Unkeyed(record, Problem("undecodable", "a stream this service does not read"))
        read = decode(stream, record)
        key, data = read.key, read.data
        outdated = not stream.external and read.epoch < self.epochs.get(stream.writer, 0)
        if outdated and key is not None:
            return self._outdated(record, key)
        if read.problem is None and len(read.external_id) > MAX_EXTERNAL_ID:
            return self._unreadable(record, read, stream.opd, f"ce_id is longer than {MAX_EXTERNAL_ID} characters")
        if read.problem is not None or key is None or data is None:
            return self._unreadable(record, read, stream.opd, read.problem or "unreadable")
        opd = stream.opd if stream.external else None
        problem: Problem | None = None
        try:
            keys = self._keys_of(key, data)
        except Exception as error:  # noqa: BLE001  (a service's rule: its record is parked, the rest goes on)
            keys, problem = (key,), Problem("fold", type(error).__name__)
        return Item(
            key=key,
            data=data,
            actor=read.actor,
            at=read.at or self._clock.at(record.appended_at),
            id=read.id or new_id(),
            keys=keys,
            topic=record.topic,
            sequence=read.sequence or 0,
            opd=opd,
            external_id=read.external_id,
            traceparent=read.traceparent,
            claim=Claim(f"update:{stream.opd}", read.external_id) if stream.external and problem is None else None,
            record=record,
            problem=problem,
        )

    def _outdated(self, record: Record, key: UUID) -> Item:
        """Return an item that nothing is done with, but that its offset is handled."""
        at = self._clock.at(record.appended_at)
        return Item(key, Blank(), "", at, new_id(), (), topic=record.topic, record=record, outdated=True)

    def _unreadable(self, record: Record, read: Decoded, opd: str | None, reason: str) -> Entry:
        """Return the known parts of a record that cannot be folded: its key and its place in the order."""
        problem = Problem("undecodable", reason)
        if read.key is None:
            return Unkeyed(record, problem)
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
            traceparent=read.traceparent,
            claim=unreadable(record) if opd else None,
            record=record,
            problem=problem,
        )


def unreadable(record: Record) -> Claim:
    """Return the claim for an OPD's unreadable record.

    It is answered once, however often it is delivered; its ``ce_id`` stays free.
    """
    return Claim(f"unreadable:{record.topic}", f"{record.partition}:{record.offset}")
