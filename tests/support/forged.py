"""Record batches built byte by byte. No client of ours would send them, but lengths and checksum are right."""

import gzip
import struct
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.util import calc_crc32c

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
RawHeaders = Sequence[tuple[bytes, bytes | None]]


def varint(number: int) -> bytes:
    """Return a number in zigzag encoding of variable length."""
    left = (number << 1) ^ (number >> 63)
    found = bytearray()
    while left > 0x7F:
        found.append(0x80 | (left & 0x7F))
        left >>= 7
    return bytes([*found, left])


def piece(content: bytes | None) -> bytes:
    """Return the bytes with their length in front."""
    return varint(-1) if content is None else varint(len(content)) + content


def record(
    number: int, key: bytes | None, value: bytes | None, headers: RawHeaders = (), *, count: int | None = None
) -> bytes:
    """Return one record. ``count`` claims another number of headers than there are."""
    named = b"".join(piece(name) + piece(content) for name, content in headers)
    total = varint(len(headers) if count is None else count)
    body = b"\x00" + varint(0) + varint(number) + piece(key) + piece(value) + total + named
    return varint(len(body)) + body


def batch(
    records: Sequence[bytes],
    *,
    codec: str = "none",
    base: int = 0,
    magic: int = 2,
    crc: int | None = None,
    packed: bytes | None = None,
    attributes: int = 0,
    stamp: int = 1_773_626_400_000,
) -> bytes:
    """Return a batch of these records. ``packed`` replaces the compressed records."""
    plain = b"".join(records)
    body = packed if packed is not None else gzip.compress(plain, 9) if codec == "gzip" else plain
    told = struct.pack(
        ">hiqqqhii", CODECS[codec] | attributes, max(0, len(records) - 1), stamp, stamp, -1, -1, -1, len(records)
    )
    right = calc_crc32c(told + body)
    rest = struct.pack(">ibI", 0, magic, right if crc is None else crc) + told + body
    return struct.pack(">qi", base, len(rest)) + rest


async def put(producer: AIOKafkaProducer, topic: str, data: bytes, partition: int = 0) -> int:
    """Send a batch unchanged over a started producer's connection, and return the broker's error code."""
    client = producer.client
    await client.add_topic(topic)
    node = client.cluster.leader_for_partition(TopicPartition(topic, partition))
    request = ProduceRequest(
        transactional_id=None, required_acks=-1, timeout=30_000, topics=[(topic, [(partition, data)])]
    )
    response = await client.send(node, request)
    return int(response.topics[0][1][0][1])
