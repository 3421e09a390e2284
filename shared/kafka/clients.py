"""All safe defaults of the Kafka clients. docs/architecture/step.md says why each differs from the client's own."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import ConsumerStoppedError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage
from faststream.message import StreamMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from shared.kafka import unpacking
from shared.kafka.records import MAX_RECORD_BYTES
from shared.record import KafkaRecord
from shared.settings import Settings

Handler = Callable[[Sequence[KafkaRecord]], Awaitable[None]]
SESSION_TIMEOUT_MS = 6_000
POLL_LIMIT_MS = 300_000
EMPTY_POLL_MS = 1_000
GIVEN_UP_S = 2.0
# A partition has one batch under way at a time. With the client's default of 16 KiB a full outbox would often wait for
# the broker.
BATCH_BYTES = 262_144


def _ssl(settings: Settings) -> ssl.SSLContext | None:
    if settings.kafka_security in ("SSL", "SASL_SSL"):
        return ssl.create_default_context(cafile=str(settings.kafka_ca) if settings.kafka_ca else None)
    return None


def _client_options(settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security,
        "ssl_context": _ssl(settings),
        "request_timeout_ms": 10_000,
        "metadata_max_age_ms": 30_000,
    }
    if settings.kafka_security.startswith("SASL"):
        options |= {
            "sasl_mechanism": settings.kafka_mechanism,
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": settings.kafka_password.get_secret_value() if settings.kafka_password else None,
        }
    return options


def _security(settings: Settings) -> BaseSecurity | None:
    if settings.kafka_security == "PLAINTEXT":
        return None
    context = _ssl(settings)
    if settings.kafka_security == "SSL":
        return BaseSecurity(ssl_context=context, use_ssl=True)
    kinds = {"SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512, "PLAIN": SASLPlaintext}
    return kinds[settings.kafka_mechanism](
        username=settings.kafka_user or "",
        password=settings.kafka_password.get_secret_value() if settings.kafka_password else "",
        ssl_context=context,
        use_ssl=context is not None,
    )


def make_producer(settings: Settings) -> AIOKafkaProducer:
    """Return a raw idempotent producer. All replicas in sync acknowledge, and the key chooses the partition."""
    return AIOKafkaProducer(
        **_client_options(settings),
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_request_size=MAX_RECORD_BYTES,
        max_batch_size=BATCH_BYTES,
    )


async def start(client: AIOKafkaProducer | AIOKafkaConsumer, seconds: float) -> None:
    """Start a client within a time limit. Raises TimeoutError, and whatever the client raises.

    A start that runs out of time may first end by itself for a while. A client that is cut off while it connects leaves
    the connection behind.
    """
    starting = asyncio.ensure_future(client.start())
    try:
        async with asyncio.timeout(seconds):
            await asyncio.shield(starting)
    except BaseException:  # cancelled too
        await asyncio.wait({starting}, timeout=GIVEN_UP_S)
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        raise


def make_consumer(settings: Settings, *topics: str) -> AIOKafkaConsumer:
    """Return a consumer without a group, for questions about offsets."""
    return AIOKafkaConsumer(*topics, **_client_options(settings), enable_auto_commit=False)


def make_broker(settings: Settings) -> KafkaBroker:
    """Return FastStream's broker, for consuming only. Nothing is published through it."""
    return KafkaBroker(
        settings.kafka_bootstrap.split(","),  # FastStream takes a string for one address, aiokafka for a list
        security=_security(settings),
        apply_types=False,
        consumer_only=True,
        logger=None,
        request_timeout_ms=10_000,
        metadata_max_age_ms=30_000,
        client_id=f"{settings.service}-{settings.replica}",
    )


# A step takes at most this many bytes of records from external streams. The last piece of ``at_once`` records may
# exceed the limit.
HELD_BYTES = 4 * MAX_RECORD_BYTES
FAILED_PAUSE_S = 0.5
unpacking.install()


class Wait(NamedTuple):
    """The limits of one fetch: up to ``ms`` milliseconds for the broker to gather ``enough`` bytes, and at most
    ``most`` bytes.

    With ``at_once``, records are taken from the client in pieces of this many, until they weigh ``HELD_BYTES``. Without
    it a step takes all records that it may have in one piece, whatever they weigh; that is for internal streams.
    """

    ms: int
    enough: int = 1
    most: int = 50 * MAX_RECORD_BYTES
    at_once: int = 0


class _Uncommitted(KafkaAckableMessage):
    """A batch whose offsets are committed elsewhere."""

    async def ack(self) -> None:
        await StreamMessage.ack(self)


def subscribe(
    broker: KafkaBroker,
    topics: tuple[str, ...],
    group: str,
    batch_size: int,
    handle: Handler,
    listener: Any,
    *,
    wait: Wait,
    polled: Callable[[Exception | None], None],
    place: Callable[[AIOKafkaConsumer], Awaitable[bool]],
    sift: Callable[[Mapping[TopicPartition, Sequence[KafkaRecord]]], Awaitable[list[KafkaRecord]]],
) -> Any:
    """Return a subscriber that hands over whole batches of raw records.

    It seeks back when the handler raises. The handler's owner commits.

    FastStream's own parser drops records whose headers it cannot read, so ours hands every record over as it came.
    ``polled`` is called with the error of each poll, or None. ``place`` seeks in new partitions before each poll and
    returns False when that must be tried again. ``sift`` returns what to keep of the records of a poll.

    After an error the next poll comes soon. An error of a single partition must not hold up the others. After an error
    of the group the client does not look for its coordinator until the next poll.
    """
    subscriber: Any = broker.subscriber(
        *topics,
        group_id=group,
        batch=True,
        max_records=batch_size,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
        listener=listener,
        session_timeout_ms=SESSION_TIMEOUT_MS,
        heartbeat_interval_ms=1_500,
        max_poll_interval_ms=POLL_LIMIT_MS,
        fetch_max_wait_ms=wait.ms,
        fetch_min_bytes=wait.enough,
        fetch_max_bytes=wait.most,
        partition_assignment_strategy=(RangePartitionAssignor,),
    )

    async def parser(records: Any) -> KafkaAckableMessage:
        return _Uncommitted(
            raw_message=records, body=records, consumer=subscriber.consumer, correlation_id="-", message_id="-"
        )

    async def decoder(message: Any) -> Any:
        return message.raw_message

    async def receive(records: Any) -> None:
        await handle(records)

    piece = min(wait.at_once or batch_size, batch_size)

    async def poll(consumer: AIOKafkaConsumer, timeout_ms: int, *places: TopicPartition) -> list[KafkaRecord]:
        try:
            found = await sift(await consumer.getmany(*places, timeout_ms=timeout_ms, max_records=piece))
        except ConsumerStoppedError:
            raise
        except Exception as error:  # noqa: BLE001  (told and logged; FastStream would wait 5 s, or end its task without a word)
            polled(error)
            await asyncio.sleep(FAILED_PAUSE_S)
            return []
        polled(None)
        return found

    async def get_records(consumer: AIOKafkaConsumer) -> Any:
        records: list[KafkaRecord] = []
        while not records:
            if await place(consumer):
                records = await poll(consumer, EMPTY_POLL_MS)
        if wait.at_once:
            records += await rounds(partial(poll, consumer, 0), consumer.assignment, records, batch_size - piece)
        return tuple(records)

    # FastStream's own method sleeps after an empty poll, and records do not end that sleep.
    subscriber.get_msg = get_records
    subscriber(receive, parser=parser, decoder=decoder)
    return subscriber


async def rounds(
    take: Callable[..., Awaitable[list[KafkaRecord]]],
    assigned: Callable[[], AbstractSet[TopicPartition]],
    first: Sequence[KafkaRecord],
    most: int,
) -> list[KafkaRecord]:
    """Take further pieces after ``first``, each partition one before any gives another.

    The client by itself drains one partition before the next, so an OPD that writes thousands of records would hold up
    all others. Return when nothing is left, or when the records weigh ``HELD_BYTES`` or number more than ``most``.
    """
    records: list[KafkaRecord] = []
    held, given = weight(first), places_of(first)
    while held < HELD_BYTES and len(first) + len(records) <= most:
        others = assigned() - given
        more = await take(*others) if others else []
        if not more and given:
            given, more = set(), await take()
        if not more:
            break
        records += more
        held += weight(more)
        given |= places_of(more)
    return records


def places_of(records: Sequence[KafkaRecord]) -> set[TopicPartition]:
    """Return the partitions of these records."""
    return {TopicPartition(one.topic, one.partition) for one in records}


def weight(records: Sequence[KafkaRecord]) -> int:
    """Return roughly how many bytes these records hold. Each header counts 64 bytes more."""
    return sum(
        len(one.key or b"") + len(one.value or b"") + sum(64 + len(v or b"") for _, v in one.headers) for one in records
    )
