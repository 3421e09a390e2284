"""The streams that OPDs write, as Kafka counts them. They have no sequence that we trust, so offsets are compared."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from shared.events.catalogue import of_opd

SECONDS = 10.0
# A topic and a partition.
Place = tuple[str, int]


class OfficeStreams:
    """The streams that OPDs write. ``login`` are the settings of a client that may describe them."""

    def __init__(self, login: dict[str, Any], opd_codes: Iterable[str]) -> None:
        self._login = login
        streams = [stream for code in opd_codes for stream in of_opd(code) if stream.external]
        self._places = [TopicPartition(stream.topic, part) for stream in streams for part in range(stream.partitions)]

    async def held(self) -> dict[Place, tuple[int, int]]:
        """Return the first and the next offset of each partition.

        Raises KafkaException or TimeoutError when the broker cannot be asked.
        """
        return await asyncio.to_thread(self._held)

    def _held(self) -> dict[Place, tuple[int, int]]:
        admin = AdminClient(self._login)
        begins, ends = (self._asked(admin, spec) for spec in (OffsetSpec.earliest(), OffsetSpec.latest()))
        return {place: (begins.get(place, 0), end) for place, end in ends.items()}

    def _asked(self, admin: AdminClient, spec: OffsetSpec) -> dict[Place, int]:
        asked = admin.list_offsets(
            dict.fromkeys(self._places, spec),
            isolation_level=IsolationLevel.READ_UNCOMMITTED,
            request_timeout=SECONDS,
        )
        found: dict[Place, int] = {}
        for place, future in asked.items():
            try:
                result: Any = future.result(SECONDS)
            except KafkaException as error:
                reason: Any = error.args[0]
                if reason.code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                    raise
            else:
                found[place.topic, place.partition] = int(result.offset)
        return found
