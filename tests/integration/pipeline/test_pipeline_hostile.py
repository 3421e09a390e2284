"""Hostile records of an OPD's client on its topic of the real broker: none of them stops anything else."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

from deploy.local.kafka import LocalKafka
from shared.errors import Transient
from shared.events.catalogue import replies, updates
from shared.kafka.unpacking import KEPT_BYTES
from shared.pipeline.step import Batch
from tests.support.forged import batch, piece, put, record, varint
from tests.support.raw import UPDATES, Post, login, progress, taken
from tests.support.toys import World, fresh_key, until

MIB = 1_048_576
HEADERS = [(b"ce_type", b"update.progressed")]


@pytest.fixture
async def wire(cluster_ready: LocalKafka) -> AsyncIterator[AIOKafkaProducer]:
    """A connection over which batches are sent as they are."""
    producer = AIOKafkaProducer(
        bootstrap_servers=cluster_ready.bootstrap,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=cluster_ready.admin_user,
        sasl_plain_password=cluster_ready.admin_password,
        request_timeout_ms=60_000,
    )
    await producer.start()
    yield producer
    await producer.stop()


def update(text: str, name: bytes = b"ce_id", key: bytes | None = None, number: int = 0) -> bytes:
    """One record of an OPD, with its id under this header name."""
    return record(number, key or str(fresh_key()).encode(), progress(text), [(name, text.encode()), *HEADERS])


def bomb(mebibytes: int) -> bytes:
    """A gzip batch of one record with a body of so many mebibytes of zeros."""
    packer = zlib.compressobj(9, wbits=31)
    head = record(0, str(fresh_key()).encode(), None, HEADERS)
    # The record's own lengths are made for the whole body; only the compressor ever sees it, a piece at a time.
    body = mebibytes * MIB
    named = b"".join(piece(one) + piece(other) for one, other in HEADERS)
    before = b"\x00" + varint(0) + varint(0) + piece(str(fresh_key()).encode()) + varint(body)
    after = varint(len(HEADERS)) + named
    packed = packer.compress(varint(len(before) + body + len(after)) + before)
    packed += b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.compress(after) + packer.flush()
    return batch([head], codec="gzip", packed=packed)


def _high_water() -> int:
    """The most memory that this process has held since the last reset, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024


def _reset_high_water() -> None:
    Path("/proc/self/clear_refs").write_text("5")


async def folded(world: World, count: int) -> None:
    async def there() -> bool:
        rows = await world.rows("router", "SELECT count(*) AS n FROM state WHERE data->>'texts' LIKE '%opd:%'")
        return bool(rows[0]["n"] >= count)

    await until(there, f"{count} updates are folded", 60)


async def test_a_header_name_that_is_not_utf8_stops_nothing(world: World, wire: AIOKafkaProducer) -> None:
    names = [b"\xff\xfe", b"ce_\xc3\x28", b"\xed\xa0\x80", b"x" * 5000 + b"\xff"]
    for number, name in enumerate(names):
        odd = record(
            1, str(fresh_key()).encode(), progress("odd"), [(name, b"x"), (b"ce_id", b"o%d" % number), *HEADERS]
        )
        assert (
            await put(wire, UPDATES, batch([update(f"before {number}"), odd, update(f"after {number}", number=2)])) == 0
        )
    async with world.router() as router:
        await folded(world, 3 * len(names))
        assert router.health.troubles() == []
    assert await world.rows("router", "SELECT FROM parked") == []


@pytest.mark.timeout(180)
@pytest.mark.parametrize("mebibytes", [5, 100, 990])
async def test_a_gzip_bomb_is_a_dead_letter_of_few_bytes_and_never_unpacked(
    world: World, wire: AIOKafkaProducer, mebibytes: int
) -> None:
    data = bomb(mebibytes)
    assert await put(wire, UPDATES, batch([update("before")])) == 0
    assert await put(wire, UPDATES, data) == 0
    assert await put(wire, UPDATES, batch([update("after")])) == 0
    _reset_high_water()
    began = _high_water()
    async with world.router() as router:
        await folded(world, 2)
        assert router.health.troubles() == []
    assert _high_water() - began < 64 * MIB
    [row] = await world.rows("router", "SELECT reason, octet_length(body) AS kept, whole_bytes, detail FROM parked")
    assert (row["reason"], row["whole_bytes"]) == ("undecodable", len(data))
    assert row["kept"] <= KEPT_BYTES
    assert "holds more than" in row["detail"]


@pytest.mark.timeout(120)
async def test_many_large_records_are_never_held_together(world: World, wire: AIOKafkaProducer) -> None:
    """Each unpacks to a mebibyte, which is allowed; five hundred of them at once would not be."""
    one = record(0, str(fresh_key()).encode(), b'{"x":"' + b"y" * (MIB - 100) + b'"}', [(b"ce_id", b"u"), *HEADERS])
    for _ in range(300):
        assert await put(wire, UPDATES, batch([one], codec="gzip")) == 0
    assert await put(wire, UPDATES, batch([update("after")])) == 0
    _reset_high_water()
    began = _high_water()
    async with world.router():
        await folded(world, 1)
    assert _high_water() - began < 160 * MIB


@pytest.mark.parametrize(
    ("codec", "mebibytes"), [("snappy", 1), ("snappy", 20), ("lz4", 1), ("lz4", 100), ("zstd", 1), ("zstd", 100)]
)
async def test_a_codec_that_is_not_read_is_a_dead_letter_that_names_it(
    world: World, wire: AIOKafkaProducer, cluster_ready: LocalKafka, codec: str, mebibytes: int
) -> None:
    theirs = Producer(login(cluster_ready) | {"compression.type": codec, "message.max.bytes": 200_000_000})
    theirs.produce(UPDATES, key=str(fresh_key()), value=bytes(mebibytes * MIB), headers=[("ce_id", b"u1")])
    assert theirs.flush(60) == 0
    assert await put(wire, UPDATES, batch([update("after")])) == 0
    async with world.router() as router:
        await folded(world, 1)
        assert router.health.troubles() == []
    [row] = await world.rows("router", "SELECT detail FROM parked")
    assert row["detail"] == f"the batch is compressed by {codec}; gzip or nothing is read"


async def test_a_gzip_batch_of_good_updates_is_carried_out(world: World, wire: AIOKafkaProducer) -> None:
    assert (
        await put(wire, UPDATES, batch([update(str(number), number=number) for number in range(40)], codec="gzip")) == 0
    )
    async with world.router():
        await folded(world, 40)


async def test_offsets_that_a_client_invents_skip_nothing(world: World, wire: AIOKafkaProducer) -> None:
    invented = record(900_000, str(fresh_key()).encode(), progress("x"), [(b"ce_id", b"x"), *HEADERS])
    await put(wire, UPDATES, batch([invented]))
    for number in range(3):
        assert await put(wire, UPDATES, batch([update(f"after {number}")])) == 0
    async with world.router():
        await folded(world, 3)
    [row] = await world.rows("router", "SELECT next FROM offsets WHERE topic = $1", UPDATES)
    assert row["next"] < 900_000


async def test_twenty_updates_too_large_for_us_are_refused_on_the_replies_topic(world: World, post: Post) -> None:
    evidence = [{"id": "x" * 51_000, "sha256": "", "type": "", "size": 1}] * 20
    body = json.dumps(
        {
            "assignment_id": str(fresh_key()),
            "answer": "Guru pengganti sudah mengajar sejak Senin.",
            "evidence": evidence,
        }
    )
    assert len(body) > 1_020_000
    for number in range(30):
        post.update(fresh_key(), f"u{number}", body.encode(), "update.resolved")
        post.flush()
    post.update(fresh_key(), "after", progress("after"))
    post.flush()
    async with world.router() as router:
        await folded(world, 1)

        async def sent() -> bool:
            return not await world.rows("router", "SELECT FROM outbox")

        await until(sent, "the refusals are sent")
        assert router.health.troubles() == []
    answers = [body for _, _, _, body in taken(world.kafka, replies("dishub"), 1)]
    assert {answer["reason"] for answer in answers} == {"update.resolved: evidence.0.id: string_too_long"}
    assert len(answers) == 30


async def test_a_partition_of_an_opd_that_stands_still_holds_back_no_timer(world: World, post: Post) -> None:
    key = fresh_key()
    async with world.router() as router, world.intake():
        mended = consumer_holds(router)
        post.update(fresh_key(), "u1", progress("never"))
        post.say(key, 1, "due")
        post.flush()

        async def fired() -> bool:
            rows = await world.rows("router", "SELECT (data->>'ticks')::int AS n FROM state WHERE key = $1", key)
            return bool(rows and rows[0]["n"])

        await until(fired, "the timer fires", 20)
        assert await world.rows("router", "SELECT FROM offsets WHERE topic = $1", UPDATES) == []
        mended.set()
        await folded(world, 1)


def consumer_holds(router: Any) -> asyncio.Event:
    """Let every batch that an OPD wrote fail as if Postgres were away for it alone, until the event is set."""
    run, mended = router.step.run, asyncio.Event()

    async def held(batch: Batch, **more: Any) -> Any:
        written = {entry.record.topic for entry in batch.entries if entry.record is not None}
        if not mended.is_set() and UPDATES in written:
            raise Transient
        return await run(batch, **more)

    router.step.run = held
    return mended


async def test_thousands_of_unreadable_records_of_one_opd_hold_up_nobody_and_leave_few_rows(
    world: World, wire: AIOKafkaProducer
) -> None:
    """Twenty thousand tiny records weigh a few kilobytes when they are packed."""
    key = str(fresh_key()).encode()
    for _ in range(4):
        many = [record(number, key, b"x", []) for number in range(5_000)]
        assert await put(wire, UPDATES, batch(many, codec="gzip")) == 0
    assert await put(wire, updates("dinkes"), batch([update("honest")])) == 0
    async with world.router():
        began = asyncio.get_running_loop().time()
        await folded(world, 1)
        assert asyncio.get_running_loop().time() - began < 5
        await until(lambda: read_to(world, UPDATES, 20_000), "all of it is read", 60)
    [left] = await world.rows("router", "SELECT count(*) AS rows FROM parked")
    assert 100 <= left["rows"] <= 400
    [last] = await world.rows("router", 'SELECT detail FROM parked ORDER BY "offset" DESC LIMIT 1')
    assert "unreadable records in a row" in last["detail"]


async def read_to(world: World, topic: str, end: int) -> bool:
    rows = await world.rows("router", "SELECT next FROM offsets WHERE topic = $1", topic)
    return bool(rows and rows[0]["next"] >= end)
