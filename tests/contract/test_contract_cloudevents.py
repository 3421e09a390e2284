"""Records in both directions against the SDK of CloudEvents: Kafka protocol binding, binary mode."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary, to_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.events.catalogue import INTERNAL, Stream, of_opd
from shared.events.fact import Fact
from shared.events.opd import UpdateProgressed, UpdateResolved
from shared.kafka.records import Decoded, decode, headers_of
from shared.record import Record

GOLDEN = Path(__file__).parent / "golden"
STREAMS = (*INTERNAL, *of_opd("dishub"))
FACTS = {name: (stream, fact) for stream in STREAMS for name, fact in stream.types.items()}
UPDATES = of_opd("dishub")[1]
KEY = UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")
AT = datetime(2026, 3, 16, 2, 0, 0, 120_000, tzinfo=UTC)
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
# A text that has broken other readers: four bytes in UTF-8, a line end, a quote, a separator of lines, writing from
# right to left, and a zero.
HOSTILE = 'Lampu 💡 padam,\n"katanya"; \u2028 \u202e نص \u0000 \\u0000'
HEADER_TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=200)


def written(stream: Stream, fact: Fact, **attributes: Any) -> Record:
    """Return the record that the relay writes for a fact."""
    given = {"event_id": KEY, "key": KEY, "occurred_at": AT, "sequence": 7, "actor": "citizen", "traceparent": TRACE}
    headers = headers_of(type_=fact.TYPE, source=stream.writer, **{**given, **attributes})
    return Record(stream.topic, 0, 0, AT, str(KEY).encode(), fact.model_dump_json().encode(), tuple(headers))


def as_sdk_reads(record: Record) -> BaseCloudEvent:
    headers = {name: value for name, value in record.headers if value is not None}
    return from_binary(KafkaMessage(headers=headers, key=record.key, value=record.value or b""), JSONFormat())


def as_sdk_writes(event: BaseCloudEvent, topic: str) -> Record:
    message = to_binary(event, JSONFormat())
    key = message.key.encode() if isinstance(message.key, str) else message.key
    return Record(topic, 0, 0, AT, key, message.value, tuple(message.headers.items()))


def decoded(stream: Stream, record: Record) -> Decoded:
    read = decode(stream, record)
    assert read.problem is None
    return read


def sample(name: str) -> Fact:
    body = json.loads((GOLDEN / f"{name}.v1.json").read_text(encoding="utf-8"))["full"]
    return FACTS[name][1].model_validate(body)


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_sdk_reads_the_same_attributes_and_content_of_every_record(name: str) -> None:
    stream, fact = FACTS[name][0], sample(name)
    event = as_sdk_reads(written(stream, fact))
    assert event.get_attributes() == {
        "specversion": "1.0",
        "id": str(KEY),
        "type": name,
        "source": f"/tanggap/{stream.writer}",
        "subject": str(KEY),
        "time": AT,
        "datacontenttype": "application/json",
        "partitionkey": str(KEY),
        "sequence": "0000000007",
        "actor": "citizen",
    }
    assert event.get_data() == json.loads(fact.model_dump_json())


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_record_that_went_through_the_sdk_is_the_same_to_us(name: str) -> None:
    stream, fact = FACTS[name][0], sample(name)
    record = written(stream, fact, traceparent=None)
    ours, theirs = decoded(stream, record), decoded(stream, as_sdk_writes(as_sdk_reads(record), stream.topic))
    assert theirs == ours
    assert theirs.data == fact


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 2**62 - 1),
    HEADER_TEXTS,
)
def test_time_sequence_and_actor_survive_whatever_they_are(at: datetime, sequence: int, actor: str) -> None:
    stream, fact = FACTS["case.progressed"][0], sample("case.progressed")
    record = written(stream, fact, occurred_at=at, sequence=sequence, actor=actor)
    event = as_sdk_reads(record)
    assert (event.get_time(), event.get_extension("actor")) == (at, actor)
    assert int(event.get_extension("sequence")) == sequence
    read = decoded(stream, as_sdk_writes(event, stream.topic))
    assert (read.at, read.sequence, read.actor) == (at, sequence, actor)


def update(fact: Fact, **attributes: Any) -> BaseCloudEvent:
    """Return an OPD's update as its program makes it with the SDK."""
    given = {"source": "/dishub/simpel", "type": fact.TYPE, "partitionkey": str(KEY)}
    return CloudEvent({**given, **attributes}, json.loads(fact.model_dump_json()))


@pytest.mark.parametrize("name", sorted(UPDATES.types))
def test_an_opd_that_uses_the_sdk_is_understood(name: str) -> None:
    fact = sample(name)
    read = decoded(
        UPDATES, as_sdk_writes(update(fact, id="surat-17", datacontenttype="application/json"), UPDATES.topic)
    )
    assert (read.key, read.external_id, read.actor, read.data) == (KEY, "surat-17", "opd:dishub", fact)


def test_an_opd_need_not_name_more_than_the_sdk_asks_for() -> None:
    event = update(UpdateResolved(assignment_id=KEY, answer="Lampu jalan sudah diganti kemarin."))
    read = decoded(UPDATES, as_sdk_writes(event, UPDATES.topic))
    assert read.external_id == event.get_id()
    assert read.id is not None


@pytest.mark.parametrize("text", [HOSTILE.replace("\u0000", ""), "é" * 4_000, "💡" * 2_000])
def test_hostile_texts_of_an_opd_arrive_as_they_were_sent(text: str) -> None:
    fact = UpdateProgressed(assignment_id=KEY, text=text)
    read = decoded(UPDATES, as_sdk_writes(update(fact), UPDATES.topic))
    assert isinstance(read.data, UpdateProgressed)
    assert read.data.text == fact.text


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_an_identity_of_any_characters_gives_the_same_update_the_same_id(identity: str) -> None:
    event = update(UpdateResolved(assignment_id=KEY, answer="Guru pengganti sudah mengajar sejak Senin."), id=identity)
    first, again = (decode(UPDATES, as_sdk_writes(event, UPDATES.topic)) for _ in range(2))
    assert (first.id, first.external_id, first.problem) == (again.id, identity, None)
