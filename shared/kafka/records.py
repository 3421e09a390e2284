"""Converts events to Kafka records and back: CloudEvents 1.0, binary mode (Kafka protocol binding 1.0.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from pydantic import ValidationError

from shared.clean import clean_json
from shared.events.catalogue import Stream
from shared.events.fact import Blank, Fact, Unknown
from shared.ids import parse_id
from shared.kafka.unpacking import MAX_VALUE_BYTES, Cut
from shared.record import Record
from shared.trace import parse

BLANK_BODY = b'{"erased":true}'
MAX_RECORD_BYTES = MAX_VALUE_BYTES
_EXTERNAL = UUID("6f1c1f0e-8f7b-5f5e-9d57-3c8f5b0d2a11")


class Decoded(NamedTuple):
    """A record, decoded as far as possible.

    ``problem`` says why there is no fact; it never holds content of the record. ``epoch`` is 0 for a writer that was
    never restored.
    """

    key: UUID | None
    sequence: int | None
    id: UUID | None
    external_id: str
    data: Fact | None
    at: datetime | None
    actor: str
    traceparent: str | None
    problem: str | None
    epoch: int = 0


def headers_of(
    *,
    event_id: UUID,
    type_: str,
    source: str,
    key: UUID,
    occurred_at: datetime,
    sequence: int,
    actor: str,
    traceparent: str | None,
    epoch: int = 0,
) -> list[tuple[str, bytes]]:
    """Return the CloudEvents attributes of an event as Kafka headers.

    The sequence has ten digits so that it sorts as text.
    """
    pairs = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event_id).encode()),
        ("ce_type", type_.encode()),
        ("ce_source", b"/tanggap/" + source.encode()),
        ("ce_subject", str(key).encode()),
        ("ce_time", occurred_at.astimezone(UTC).isoformat().replace("+00:00", "Z").encode()),
        ("ce_sequence", b"%010d" % sequence),
        ("ce_actor", actor.encode()),
        ("content-type", b"application/json"),
    ]
    if epoch:
        pairs.append(("ce_epoch", b"%d" % epoch))
    if traceparent:
        pairs.append(("traceparent", traceparent.encode()))
    return pairs


def _text(headers: Mapping[str, bytes | None], name: str) -> str | None:
    value = headers.get(name)
    if value is None:
        return None
    try:
        return value.decode() or None
    except UnicodeDecodeError:
        return None


def _key(record: Record) -> UUID | None:
    try:
        return parse_id(record.key.decode()) if record.key else None
    except UnicodeDecodeError:
        return None


def _sequence(value: str | None) -> int | None:
    if not value or len(value) > 19 or not value.isascii() or not value.isdigit():
        return None
    return int(value) if 0 < int(value) < 2**62 else None


def _epoch(headers: Mapping[str, bytes | None]) -> int:
    """Return the epoch of a writer of ours. One that cannot be read counts as the first."""
    value = headers.get("ce_epoch")
    return (_sequence(_text(headers, "ce_epoch")) or 0) if value else 0


def _instant(value: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _body(stream: Stream, type_: str, value: bytes | None) -> tuple[Fact | None, str | None]:
    if not value:
        return None, "the body is empty"
    if value == BLANK_BODY:
        return Blank(), None
    model = stream.types.get(type_)
    if model is None:
        return Unknown(), None
    try:
        return model.model_validate_json(clean_json(value) if stream.external else value, extra="ignore"), None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        return None, f"{type_}: {where}: {first['type']}"
    except (ValueError, RecursionError) as error:
        return None, f"{type_}: {type(error).__name__}"


def decode(stream: Stream, record: Record) -> Decoded:
    """Decode a record as an event of its stream. Never raises: ``problem`` names what cannot be read."""
    return _well_formed(stream, record) or _diagnosed(stream, record)


def _well_formed(stream: Stream, record: Record) -> Decoded | None:
    """Decode a record of the usual form, which is nearly every record.

    Return None for a record that needs a closer look.
    """
    if (
        stream.external
        or not record.value
        or record.value == BLANK_BODY
        or record.key is None
        or type(record.value) is Cut
    ):
        return None
    headers = dict(record.headers)
    try:
        model = stream.types[headers["ce_type"].decode()]  # type: ignore[union-attr]
        key, event_id = UUID(record.key.decode()), UUID(headers["ce_id"].decode())  # type: ignore[union-attr]
        sequence, at = int(headers["ce_sequence"]), datetime.fromisoformat(headers["ce_time"].decode())  # type: ignore[arg-type,union-attr]
        actor, trace = headers["ce_actor"].decode(), headers.get("traceparent")  # type: ignore[union-attr]
        data = model.model_validate_json(record.value, extra="ignore")
        traceparent = trace.decode() if trace else None
    except (KeyError, AttributeError, TypeError, ValueError, RecursionError):
        return None
    if not 0 < sequence < 2**62 or at.tzinfo is None:
        return None
    return Decoded(key, sequence, event_id, "", data, at, actor, traceparent, None, _epoch(headers))


def _diagnosed(stream: Stream, record: Record) -> Decoded:
    """Decode an OPD's record, or a faulty one of ours, and name what cannot be read of it."""
    headers = dict(record.headers)
    key, type_, given_id = _key(record), _text(headers, "ce_type"), _text(headers, "ce_id")
    sequence = None if stream.external else _sequence(_text(headers, "ce_sequence"))
    at = None if stream.external else _instant(_text(headers, "ce_time"))
    event_id = uuid5(_EXTERNAL, f"{stream.topic}\x1f{given_id}") if stream.external and given_id else parse_id(given_id)
    actor = f"opd:{stream.opd}" if stream.external else (_text(headers, "ce_actor") or stream.writer)
    required: list[tuple[str, object]] = [("key (a UUID)", key), ("ce_type", type_), ("ce_id", event_id)]
    if not stream.external:
        required += [("ce_sequence", sequence), ("ce_time", at)]
    missing = [name for name, value in required if value is None]
    data: Fact | None = None
    problem: str | None = f"missing or unreadable: {', '.join(missing)}" if missing else None
    if isinstance(record.value, Cut):
        problem = record.value.problem
    elif type_ is not None and not missing:
        data, problem = _body(stream, type_, record.value)
    trace = _text(headers, "traceparent")
    traceparent = trace if trace and parse(trace) else None
    epoch = 0 if stream.external else _epoch(headers)
    return Decoded(key, sequence, event_id, given_id or "", data, at, actor, traceparent, problem, epoch)
