"""Batches as a hostile or broken client sends them: opened within bounds, never raised, and gone on behind."""

import gzip
import tracemalloc
from hashlib import sha256
from typing import Any

import pytest
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import READ_UNCOMMITTED, PartitionRecords
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.structs import TopicPartition
from hypothesis import given
from hypothesis import strategies as st

import shared.kafka.clients  # noqa: F401  (it puts our reader in its place)
from shared.kafka.unpacking import CRC_TRIES, KEPT_BYTES, MAX_UNPACKED_BYTES, MAX_VALUE_BYTES, Batches, Cut
from tests.support.forged import batch, record

MIB = 1_048_576
HEADERS = [(b"ce_id", b"u1"), (b"ce_type", b"update.accepted")]


def good(number: int, value: bytes = b"{}") -> bytes:
    return record(number, b"key", value, HEADERS)


def read(data: bytes, since: int = 0) -> tuple[list[Any], int]:
    """Return the records that the client hands over from one fetch, and the offset that it fetches next."""
    records = PartitionRecords(TopicPartition("t", 0), Batches(data), None, since, None, None, True, READ_UNCOMMITTED)
    return list(records), records.next_fetch_offset


def problems(found: list[Any]) -> list[str | None]:
    return [one.value.problem if isinstance(one.value, Cut) else None for one in found]


def test_the_client_uses_our_reader() -> None:
    assert fetcher.MemoryRecords is Batches


@pytest.mark.parametrize("codec", ["none", "gzip"])
def test_a_good_batch_is_read_as_the_client_itself_reads_it(codec: str) -> None:
    data = batch([good(0), record(1, None, None), good(2, b"x" * 200_000)], codec=codec, base=40)
    theirs = [(one.offset, one.timestamp, one.key, one.value, list(one.headers)) for one in DefaultRecordBatch(data)]
    found, position = read(data, 40)
    assert [(one.offset, one.timestamp, one.key, one.value, list(one.headers)) for one in found] == theirs
    assert position == 43


def test_a_position_in_the_middle_of_a_batch_is_kept() -> None:
    assert [one.offset for one in read(batch([good(0), good(1), good(2)], base=5), 6)[0]] == [6, 7]


@pytest.mark.parametrize(
    "name",
    [b"\xff\xfe", b"ce_\xc3\x28", b"\xed\xa0\x80", b"caf\xe9"],
    ids=["no text", "cut sequence", "surrogate", "latin-1"],
)
def test_a_header_name_that_is_not_utf8_is_kept_with_escapes_and_loses_nothing(name: bytes) -> None:
    odd = record(1, b"key", b"odd", [(name, b"x"), *HEADERS])
    found, position = read(batch([good(0), odd, good(2)]))
    assert [one.value for one in found] == [b"{}", b"odd", b"{}"]
    assert "\\x" in found[1].headers[0][0]
    assert dict(found[1].headers)["ce_id"] == b"u1"
    assert position == 3


@pytest.mark.parametrize("mebibytes", [5, 100, 990])
def test_a_gzip_bomb_is_not_unpacked_beyond_the_bound(mebibytes: int) -> None:
    packer = gzip.zlib.compressobj(9, wbits=31)  # type: ignore[attr-defined]
    packed = b"".join(packer.compress(bytes(MIB)) for _ in range(mebibytes)) + packer.flush()
    data = batch([good(0)], codec="gzip", packed=packed) + batch([good(0)], base=1)
    tracemalloc.start()
    found, position = read(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    [problem, after] = problems(found)
    assert problem == f"the batch cannot be unpacked: it holds more than {MAX_UNPACKED_BYTES} bytes"
    assert after is None
    assert position == 2
    assert peak < 4 * MAX_UNPACKED_BYTES
    raw = data[: len(data) - len(batch([good(0)], base=1))]
    assert (len(found[0].value), found[0].value.whole_bytes, found[0].value.digest) == (
        min(KEPT_BYTES, len(raw)),
        len(raw),
        sha256(raw).digest(),
    )


def test_a_body_over_the_bound_is_cut_and_keeps_its_place_key_and_headers() -> None:
    whole = b"a" * (MAX_VALUE_BYTES + 1)
    [cut, after], _ = read(batch([good(0, whole), good(1)], codec="gzip"))
    assert (cut.key, dict(cut.headers)["ce_id"], after.value) == (b"key", b"u1", b"{}")
    assert cut.value == whole[:KEPT_BYTES]
    assert (cut.value.whole_bytes, cut.value.digest) == (len(whole), sha256(whole).digest())


@pytest.mark.parametrize("headers", [[(b"", None)] * 400_000, [(b"a", b"x" * 70_000)], [(b"n" * 70_000, b"")]])
def test_headers_beyond_their_bounds_are_not_read(headers: Any) -> None:
    [cut, after], _ = read(batch([record(0, b"key", b"{}", headers)]) + batch([good(0)], base=1))
    assert "headers" in cut.value.problem
    assert len(cut.headers) <= 64
    assert after.value == b"{}"


@pytest.mark.parametrize("codec", ["snappy", "lz4", "zstd"])
def test_another_codec_is_named_and_gone_on_behind(codec: str) -> None:
    found, position = read(batch([good(0), good(1)], codec=codec, packed=b"\x00" * 30) + batch([good(0)], base=2))
    assert problems(found) == [f"the batch is compressed by {codec}; gzip or nothing is read", None]
    assert ([one.offset for one in found], position) == ([1, 2], 3)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (record(1, b"key", b"{}", count=9), "longer than its record"),
        (record(1, b"key", b"{}", count=-1), "negative number"),
        (record(7, b"key", b"{}"), "outside of its batch"),
        (b"\xff" * 11, "does not end"),
        (b"\x7e" + bytes(8), "longer than its batch"),
    ],
    ids=["more headers than bytes", "negative headers", "foreign offset", "endless number", "too long"],
)
@pytest.mark.parametrize("codec", ["none", "gzip"])
def test_what_stands_before_a_malformed_record_is_kept_and_the_next_batch_too(
    bad: bytes, words: str, codec: str
) -> None:
    found, position = read(batch([good(0), bad, good(2)], codec=codec) + batch([good(0)], base=3))
    assert [problem is None for problem in problems(found)] == [True, False, True]
    assert words in found[1].value.problem
    assert ([one.offset for one in found], position) == ([0, 2, 3], 4)


def test_a_batch_whose_checksum_does_not_match_is_fetched_again_before_it_is_given_up() -> None:
    data = batch([good(0)], base=70) + batch([good(0), good(1)], base=71, crc=7) + batch([good(0)], base=73)
    for _ in range(CRC_TRIES - 1):
        found, position = read(data, 70)
        assert ([one.value for one in found], position) == ([b"{}"], 71)
    found, position = read(data, 71)
    assert problems(found) == ["the batch's checksum does not match", None]
    assert position == 74


@pytest.mark.parametrize("magic", [0, 1, 3])
def test_another_format_version_is_named(magic: int) -> None:
    assert problems(read(batch([good(0)], magic=magic))[0]) == [f"the batch has format version {magic}"]


def test_a_control_batch_and_an_empty_one_are_gone_over() -> None:
    control = batch([record(0, b"\x00\x00\x00\x00", b"")], attributes=0x30)
    assert read(control + batch([], base=1) + batch([good(0)], base=2))[1] == 3


def test_a_batch_that_is_not_there_whole_waits_for_the_next_fetch() -> None:
    data = batch([good(0)]) + batch([good(0)], base=1)
    assert read(data[:-3])[1] == 1


@given(st.binary(max_size=300), st.sampled_from(["none", "gzip"]), st.integers(0, 5))
def test_no_bytes_raise_and_reading_always_goes_on(junk: bytes, codec: str, count: int) -> None:
    found, position = read(batch([good(0)] * count + [junk], codec=codec) + batch([good(0)], base=count + 1))
    assert position == count + 2
    assert found[-1].value == b"{}"


@given(st.binary(max_size=200))
def test_no_answer_of_a_broker_raises(junk: bytes) -> None:
    batches = Batches(junk)
    while batches.has_next():
        list(batches.next_batch())
