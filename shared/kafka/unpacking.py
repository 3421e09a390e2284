"""Opens fetched record batches within limits, and never raises.

The client's own reader raises in the middle of a fetch when a batch cannot be read. Its partition then stands still,
and the records before the bad one in the same fetch are lost. The client also unpacks a compressed batch whole, however
large it becomes.

``install`` replaces the client's reader by ``Batches``. Everything unreadable becomes one record whose value is
``Cut``, so that the step parks it and goes on behind it.
"""

from __future__ import annotations

import struct
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import DefaultRecordBatch

from shared.kafka.fields import Cursor, Malformed
from shared.observability.logs import get_logger

log = get_logger()
MAX_VALUE_BYTES = 1_048_576
MAX_UNPACKED_BYTES = 4 * MAX_VALUE_BYTES
MAX_KEY_BYTES = 1_024
MAX_HEADERS, MAX_HEADER_BYTES = 64, 65_536
KEPT_BYTES = 65_536
# Above this mean size records are read one field at a time, and every length is checked before anything is copied.
CAREFUL_ABOVE = 65_536
# A wrong checksum may be an error of the transfer, so the batch is fetched again before it is given up.
CRC_TRIES = 3
_HEADER = struct.Struct(">qiibIhiqqqhii")
_ATTRIBUTES, _FIRST_TIMESTAMP, _MAX_TIMESTAMP, _COUNT = 5, 7, 8, 12
_CODEC, _APPEND_TIME, _GZIP = 0x07, 0x08, 1
_OTHER_CODECS = {2: "snappy", 3: "lz4", 4: "zstd"}
_MAGIC_AT, _FORMAT, _LENGTH_AT, _OVERHEAD = 16, 2, 8, 12
_mismatches: OrderedDict[tuple[int, int, int], int] = OrderedDict()


class Cut(bytes):
    """The first bytes of a value that is not kept whole, with the reason, its full length and the SHA-256
    of all of it.
    """

    problem: str
    whole_bytes: int
    digest: bytes

    @classmethod
    def of(cls, whole: bytes | memoryview, problem: str) -> Cut:
        """Keep at most ``KEPT_BYTES`` of a value."""
        cut = cls(whole[:KEPT_BYTES])
        cut.problem, cut.whole_bytes, cut.digest = problem, len(whole), sha256(whole).digest()
        return cut


class UnpackedRecord(NamedTuple):
    """A record in the form of the client's own reader."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    checksum: None = None


class Batches:
    """The batches of one partition in one answer to a fetch."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def size_in_bytes(self) -> int:
        """Return the size of the answer in bytes, including an incomplete last batch."""
        return len(self._data)

    def has_next(self) -> bool:
        """Return whether a whole batch is left."""
        left = len(self._data) - self._at
        return left >= _OVERHEAD and _OVERHEAD <= self._length() <= left

    def _length(self) -> int:
        begin = self._at + _LENGTH_AT
        return _OVERHEAD + int.from_bytes(self._data[begin : begin + 4], "big", signed=True)

    def next_batch(self) -> RecordBatch:
        """Return the next batch, of whatever kind. A batch that will be fetched again ends the answer."""
        length = self._length()
        raw = self._data[self._at : self._at + length]
        self._at += length
        batch = RecordBatch(raw)
        if batch.again:
            self._at = len(self._data)
        return batch


class RecordBatch:
    """One batch. ``again`` says that its checksum does not match and that it will be fetched again."""

    is_transactional = False
    producer_id = None

    def __init__(self, raw: memoryview) -> None:
        self._raw = raw
        self._inner: Any = None
        self._flaw: str | None = None
        self.again = self.is_control_batch = False
        self.base_offset = int.from_bytes(raw[:8], "big", signed=True)
        self.next_offset = self.base_offset + 1
        if len(raw) < _HEADER.size:
            self._flaw = "the batch is shorter than its header"
        elif raw[_MAGIC_AT] != _FORMAT:
            self._flaw = f"the batch has format version {raw[_MAGIC_AT]}"
        else:
            self._open(raw)

    def _open(self, raw: memoryview) -> None:
        inner = DefaultRecordBatch(raw)
        self.is_control_batch = inner.is_control_batch
        self.next_offset = max(inner.next_offset, self.base_offset + 1)
        if not inner.validate_crc():
            self._mismatch(inner.crc)
        elif inner.compression_type not in (0, _GZIP):
            codec = _OTHER_CODECS.get(inner.compression_type, str(inner.compression_type))
            self._flaw = f"the batch is compressed by {codec}; gzip or nothing is read"
        elif not inner.compression_type and len(raw) <= CAREFUL_ABOVE * max(1, _HEADER.unpack_from(raw)[_COUNT]):
            self._inner = inner

    def _mismatch(self, crc: int) -> None:
        name = (self.base_offset, crc, len(self._raw))
        tries = _mismatches.get(name, 0) + 1
        _mismatches[name] = tries
        if len(_mismatches) > 100:
            _mismatches.popitem(last=False)
        if tries < CRC_TRIES:
            self.again, self.next_offset = True, self.base_offset
        else:
            self._flaw, self.is_control_batch = "the batch's checksum does not match", False

    def validate_crc(self) -> bool:
        """Return True. The checksum was checked already; a mismatch shows in ``again`` or in a flawed record."""
        return True

    def __iter__(self) -> Iterator[Any]:
        if self.again:
            return
        if self._flaw is not None:
            yield self._rest(self._raw, self._flaw)
            return
        done = 0
        if self._inner is not None:
            try:
                for record in self._inner:
                    if not self.base_offset <= record.offset < self.next_offset:
                        break
                    yield record
                    done += 1
                else:
                    return
            except (KafkaError, ValueError, IndexError, OverflowError) as error:
                log.info("batch.carefully", error=type(error).__name__)  # read field by field, which says what is wrong
        yield from self._careful(done)

    def _careful(self, done: int) -> Iterator[UnpackedRecord]:
        """Yield the records after the first ``done`` ones, read field by field."""
        head = _HEADER.unpack_from(self._raw)
        body = self._raw[_HEADER.size :]
        if head[_ATTRIBUTES] & _CODEC:
            try:
                body = memoryview(_gunzip(body))
            except (zlib.error, Malformed) as error:
                yield self._rest(self._raw, f"the batch cannot be unpacked: {error}")
                return
        cursor = Cursor(body)
        try:
            for number in range(head[_COUNT]):
                record = self._record(cursor, head)
                if number >= done:
                    yield record
        except Malformed as error:
            yield self._rest(body[cursor.record :], f"a record of the batch is malformed: {error}")

    def _record(self, cursor: Cursor, head: tuple[int, ...]) -> UnpackedRecord:
        end = cursor.begin()
        cursor.varint()  # the record's attributes, of which none is defined
        delta, offset = cursor.varint(), self.base_offset + cursor.varint()
        if not self.base_offset <= offset < self.next_offset:
            raise Malformed("its offset is outside of its batch")
        key, value = cursor.piece(end), cursor.piece(end)
        headers, problems = _headers(cursor, end)
        if key is not None and len(key) > MAX_KEY_BYTES:
            key = None
            problems.append(f"a key of more than {MAX_KEY_BYTES} bytes")
        if value is not None and len(value) > MAX_VALUE_BYTES:
            problems.append(f"a body of more than {MAX_VALUE_BYTES} bytes")
        kept = Cut.of(value or b"", "; ".join(problems)) if problems else _copied(value)
        appended = int(bool(head[_ATTRIBUTES] & _APPEND_TIME))
        timestamp = head[_MAX_TIMESTAMP] if appended else head[_FIRST_TIMESTAMP] + delta
        return UnpackedRecord(offset, timestamp, appended, _copied(key), kept, headers)

    def _rest(self, raw: memoryview, problem: str) -> UnpackedRecord:
        """Return one record in place of all that cannot be read.

        It has the last offset, so that reading goes on behind it.
        """
        stamp = _HEADER.unpack_from(self._raw)[_MAX_TIMESTAMP] if len(self._raw) >= _HEADER.size else -1
        return UnpackedRecord(self.next_offset - 1, stamp, 1, None, Cut.of(raw, problem), [])


def _headers(cursor: Cursor, end: int) -> tuple[list[tuple[str, bytes | None]], list[str]]:
    """Return the headers up to the limits, and the problems found. A name that is not UTF-8 is kept with escapes.

    Raises Malformed when the headers do not fit their record.
    """
    headers, spent, count = list[tuple[str, bytes | None]](), 0, cursor.varint()
    if count < 0:
        raise Malformed("a negative number of headers")
    for _ in range(min(count, MAX_HEADERS)):
        name, content = cursor.piece(end), cursor.piece(end)
        if name is None:
            raise Malformed("a header without a name")
        spent += len(name) + len(content or b"")
        if spent <= MAX_HEADER_BYTES:
            headers.append((bytes(name).decode("utf-8", "backslashreplace"), _copied(content)))
    complete = len(headers) == count
    if complete and cursor.at != end:
        raise Malformed("it is longer than its fields")
    cursor.at = end
    return headers, [] if complete else [f"more than {MAX_HEADERS} headers or {MAX_HEADER_BYTES} bytes of them"]


def _copied(piece: memoryview | None) -> bytes | None:
    return None if piece is None else bytes(piece)


def _gunzip(data: memoryview) -> bytes:
    """Unpack gzip up to the limit.

    Raises zlib.error, and Malformed beyond the limit or when the data ends too early.
    """
    pieces, left, unpacked = list[bytes](), bytes(data), 0
    while left:
        member = zlib.decompressobj(wbits=31)
        piece = member.decompress(left, MAX_UNPACKED_BYTES + 1 - unpacked)
        unpacked += len(piece)
        if unpacked > MAX_UNPACKED_BYTES:
            raise Malformed(f"it holds more than {MAX_UNPACKED_BYTES} bytes")
        if not member.eof:
            raise Malformed("it ends too early")
        pieces.append(piece)
        left = member.unused_data
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def install() -> None:
    """Make every consumer of this process read its batches with this module."""
    fetcher.MemoryRecords = Batches
