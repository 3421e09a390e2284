"""Records to facts: whatever arrives is read or named, never raised, never quoted."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.catalogue import CASES, SUBMISSIONS, of_opd, streams
from shared.events.fact import Blank, Unknown
from shared.events.submissions import CitizenReplied
from shared.kafka.records import BLANK_BODY, decode, headers_of
from shared.kafka.unpacking import Cut
from shared.record import Record

INTERNAL = streams([])[SUBMISSIONS]
UPDATES = of_opd("dishub")[1]
KEY = UUID("01a20000-0000-7000-8000-000000000001")
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
BODY = b'{"text":"halo","channel":"web"}'


def record(body: bytes | None = BODY, **instead: bytes | None) -> Record:
    headers = dict(
        headers_of(
            event_id=KEY,
            type_="submission.citizen_replied",
            source="intake",
            key=KEY,
            occurred_at=AT,
            sequence=7,
            actor="citizen",
            traceparent=None,
        )
    )
    return Record(SUBMISSIONS, 0, 1, AT, str(KEY).encode(), body, tuple((headers | instead).items()))


def test_what_is_written_is_read_again() -> None:
    read = decode(INTERNAL, record())
    assert (read.key, read.sequence, read.id, read.at, read.actor) == (KEY, 7, KEY, AT, "citizen")
    assert read.data == CitizenReplied(text="halo", channel="web")
    assert read.problem is None


def test_the_sequence_sorts_as_text() -> None:
    assert dict(record().headers)["ce_sequence"] == b"0000000007"


@pytest.mark.parametrize("name", ["ce_type", "ce_id", "ce_sequence", "ce_time"])
@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe", b"nonsense\x00"])
def test_a_header_that_cannot_be_read_is_named(name: str, value: bytes | None) -> None:
    read = decode(INTERNAL, record(**{name: value}))
    if name == "ce_type" and value and b"nonsense" in value:
        assert isinstance(read.data, Unknown)
    else:
        assert read.problem is not None
        assert name in read.problem
        assert read.data is None


@pytest.mark.parametrize("digits", ["0", "-1", "9" * 19, "9" * 5000, "1.0", "١"])
def test_a_sequence_is_a_plain_positive_number(digits: str) -> None:
    assert decode(INTERNAL, record(ce_sequence=digits.encode())).sequence is None


def test_an_erased_event_is_blank_whatever_its_type() -> None:
    assert isinstance(decode(INTERNAL, record(BLANK_BODY)).data, Blank)
    assert isinstance(decode(INTERNAL, record(BLANK_BODY, ce_type=b"submission.sung")).data, Blank)


def test_a_wrong_type_is_named_by_field_and_rule_without_its_value() -> None:
    assert (
        decode(INTERNAL, record(b'{"text":{"rahasia":1},"channel":"web"}')).problem
        == "submission.citizen_replied: text: string_type"
    )


def test_an_opds_text_loses_what_nobody_can_store() -> None:
    body = (
        b'{"assignment_id":"01a20000-0000-7000-8000-000000000001","text":"ker\\u0000ja \\ud800selesai \\ud83d\\ude00"}'
    )
    headers = (("ce_id", b"u1"), ("ce_type", b"update.progressed"))
    read = decode(UPDATES, Record(UPDATES.topic, 0, 1, AT, str(KEY).encode(), body, headers))
    assert read.data is not None
    assert read.data.model_dump()["text"] == "kerja selesai \U0001f600"


def test_an_opds_update_is_its_own_by_topic_not_by_what_its_headers_claim() -> None:
    headers = (
        ("ce_id", b"u1"),
        ("ce_type", b"update.accepted"),
        ("ce_actor", b"governor"),
        ("ce_sequence", b"0000000001"),
    )
    body = b'{"assignment_id":"01a20000-0000-7000-8000-000000000001"}'
    read = decode(UPDATES, Record(UPDATES.topic, 0, 1, AT, str(KEY).encode(), body, headers))
    assert (read.actor, read.sequence, read.external_id) == ("opd:dishub", None, "u1")


def test_a_trace_that_is_none_is_dropped() -> None:
    good = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = (("ce_id", b"u1"), ("ce_type", b"update.accepted"))
    body = b'{"assignment_id":"01a20000-0000-7000-8000-000000000001"}'
    plain = Record(UPDATES.topic, 0, 1, AT, str(KEY).encode(), body, headers)
    assert decode(UPDATES, plain._replace(headers=(*headers, ("traceparent", good)))).traceparent == good.decode()
    assert decode(UPDATES, plain._replace(headers=(*headers, ("traceparent", b"x" * 9000)))).traceparent is None


@pytest.mark.parametrize("timestamp", [-1, 0, 1_780_000_000_000, 10**17])
def test_any_timestamp_of_a_producer_becomes_an_instant(timestamp: int) -> None:
    raw = SimpleNamespace(topic=CASES, partition=0, offset=0, timestamp=timestamp, key=None, value=None, headers=())
    assert Record.of(raw).appended_at.tzinfo is UTC


@given(
    key=st.none() | st.binary(max_size=40),
    body=st.none() | st.binary(max_size=60) | st.just(BODY),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["ce_id", "ce_type", "ce_sequence", "ce_time", "ce_actor", "traceparent"]),
            st.none() | st.binary(max_size=30),
        )
    ),
    external=st.booleans(),
)
def test_nothing_that_arrives_raises(
    key: bytes | None, body: bytes | None, headers: list[tuple[str, bytes | None]], external: bool
) -> None:
    stream = UPDATES if external else INTERNAL
    read = decode(stream, Record(stream.topic, 0, 0, AT, key, body, tuple(headers)))
    assert (read.data is None) == (read.problem is not None)


EVIDENCE = '{"id":"e1","sha256":"","type":"image/jpeg","size":1}'


@pytest.mark.parametrize(
    ("type_", "body", "field"),
    [
        ("resolved", f'"answer":"selesai","evidence":[{",".join([EVIDENCE] * 21)}]', "evidence: too_long"),
        ("resolved", f'"answer":"{"x" * 20_001}"', "answer: string_too_long"),
        ("resolved", '"answer":""', "answer: string_too_short"),
        (
            "resolved",
            '"answer":"a","evidence":[{"id":"%s","sha256":"","type":"","size":1}]' % ("x" * 201),
            "evidence.0.id",
        ),
        (
            "resolved",
            '"answer":"a","evidence":[{"id":"a","sha256":"%s","type":"","size":1}]' % ("x" * 65),
            "evidence.0.sha256",
        ),
        (
            "resolved",
            '"answer":"a","evidence":[{"id":"a","sha256":"","type":"%s","size":1}]' % ("x" * 101),
            "evidence.0.type",
        ),
        ("resolved", '"answer":"a","evidence":[{"id":"a","sha256":"","type":"","size":-1}]', "evidence.0.size"),
        (
            "resolved",
            '"answer":"a","evidence":[{"id":"a","sha256":"","type":"","size":1' + "0" * 400 + "}]",
            "evidence.0.size",
        ),
        ("declined", f'"reason":"bukan kami","suggestion":"{"x" * 101}"', "suggestion: string_too_long"),
        ("declined", f'"reason":"{"x" * 20_001}"', "reason: string_too_long"),
        ("progressed", f'"text":"{"x" * 20_001}"', "text: string_too_long"),
        ("info_requested", f'"question":"{"x" * 20_001}"', "question: string_too_long"),
        ("put_off", f'"until":"2026-05-01","reason":"{"x" * 20_001}"', "reason: string_too_long"),
        ("put_off", '"until":"99999-05-01","reason":"a"', "until: "),
    ],
)
def test_every_list_and_text_of_an_opds_update_is_bounded_and_the_field_is_named(
    type_: str, body: str, field: str
) -> None:
    headers = (("ce_id", b"u1"), ("ce_type", f"update.{type_}".encode()))
    whole = f'{{"assignment_id":"{KEY}",{body}}}'.encode()
    read = decode(UPDATES, Record(UPDATES.topic, 0, 1, AT, str(KEY).encode(), whole, headers))
    assert read.data is None
    assert (read.problem or "").startswith(f"update.{type_}: {field}")
    assert len(read.problem or "") < 200


def test_the_largest_update_of_each_kind_that_is_read_becomes_a_small_event() -> None:
    largest = {
        "answer": "\U0001f600" * 20_000,
        "evidence": [{"id": "x" * 200, "sha256": "y" * 64, "type": "z" * 100, "size": 2**40 - 1}] * 20,
    }
    body = json.dumps({"assignment_id": str(KEY)} | largest).encode()
    headers = (("ce_id", b"u1"), ("ce_type", b"update.resolved"))
    read = decode(UPDATES, Record(UPDATES.topic, 0, 1, AT, str(KEY).encode(), body, headers))
    assert read.data is not None
    assert len(read.data.model_dump_json().encode()) < 100_000


def test_what_was_cut_is_answered_by_key_and_id() -> None:
    headers = (("ce_id", b"u1"), ("ce_type", b"update.resolved"))
    cut = Cut.of(b"x" * 2_000_000, "a body of more than 1048576 bytes")
    read = decode(UPDATES, Record(UPDATES.topic, 0, 1, AT, str(KEY).encode(), cut, headers))
    assert (read.key, read.external_id, read.problem) == (KEY, "u1", "a body of more than 1048576 bytes")
    assert decode(INTERNAL, record(cut)).problem == "a body of more than 1048576 bytes"
