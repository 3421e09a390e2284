"""Golden JSON of every event version: what was once written stays readable, and nothing in it is forgotten."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from shared.events.catalogue import INTERNAL, Stream, of_opd
from shared.events.fact import Fact
from shared.kafka.records import decode, headers_of
from shared.record import Record

GOLDEN = Path(__file__).parent / "golden"
STREAMS = (*INTERNAL, *of_opd("code"))
FACTS = {name: (stream, fact) for stream in STREAMS for name, fact in stream.types.items()}
KEY = UUID("0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")
every_fact = pytest.mark.parametrize("name", sorted(FACTS))


def golden(name: str) -> dict[str, Any]:
    """`full` names every field that version 1 has ever had, `minimal` only those without which it was never written."""
    sample: dict[str, Any] = json.loads((GOLDEN / f"{name}.v1.json").read_text(encoding="utf-8"))
    return sample


def read(stream: Stream, fact: type[Fact], body: dict[str, Any]) -> Any:
    """As a reader gets it from Kafka."""
    at = datetime(2026, 3, 16, tzinfo=UTC)
    fixed = {"source": stream.writer, "occurred_at": at, "sequence": 1, "actor": "system", "traceparent": None}
    headers = headers_of(event_id=KEY, type_=fact.TYPE, key=KEY, **fixed)  # type: ignore[arg-type]
    return decode(stream, Record(stream.topic, 0, 0, at, str(KEY).encode(), json.dumps(body).encode(), tuple(headers)))


def test_every_type_of_the_catalogue_has_its_golden_sample() -> None:
    assert {path.name.removesuffix(".v1.json") for path in GOLDEN.glob("*.json")} == set(FACTS)


@every_fact
def test_no_field_that_was_ever_written_is_removed_or_renamed(name: str) -> None:
    fact = FACTS[name][1].model_validate(golden(name)["full"])
    assert json.loads(fact.model_dump_json()) == golden(name)["full"]


@every_fact
def test_a_field_that_was_optional_stays_optional(name: str) -> None:
    FACTS[name][1].model_validate(golden(name)["minimal"])


@pytest.mark.parametrize("channel", ["whatsapp", "email", "webhook", "sms", "instagram"])
@pytest.mark.parametrize("name", ["contact.linked", "contact.reply_requested", "contact.channel_state_reported"])
def test_a_channel_that_was_ever_written_stays_readable(name: str, channel: str) -> None:
    stream, fact = FACTS[name]
    decoded = read(stream, fact, golden(name)["full"] | {"channel": channel})
    assert (decoded.problem, getattr(decoded.data, "channel", None)) == (None, channel)


@every_fact
def test_readers_ignore_a_field_they_do_not_know(name: str) -> None:
    stream, fact = FACTS[name]
    decoded = read(stream, fact, golden(name)["full"] | {"added_later": {"with": ["anything"]}})
    assert decoded.problem is None
    assert decoded.data == fact.model_validate(golden(name)["full"])


@every_fact
def test_writers_forbid_a_field_that_is_not_in_the_contract(name: str) -> None:
    with pytest.raises(ValidationError, match="added_later"):
        FACTS[name][1].model_validate(golden(name)["full"] | {"added_later": 1})


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.topic)
def test_an_unknown_type_counts_as_read(stream: Stream) -> None:
    class FromTheFuture(Fact):
        TYPE = "something.new"

    decoded = read(stream, FromTheFuture, {"whatever": 1})
    assert decoded.problem is None
    assert decoded.data is not None
    assert decoded.data.TYPE == "unknown"
