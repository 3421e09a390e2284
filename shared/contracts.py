"""Generates the AsyncAPI 3 documents of the streams. `shared.openapi` generates those of the HTTP interfaces."""

from __future__ import annotations

from typing import Any

from shared.events.catalogue import Stream, of_opd, read_by, written_by
from shared.events.fact import Fact

OPD = "opd"
_BINDING = "0.5.0"
_KEY = {"type": "string", "format": "uuid"}
_HEADERS: dict[str, Any] = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "content-type"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "maxLength": 200, "description": "identity of the event; a repeat has the same"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "format": "uri-reference"},
        "ce_subject": {"type": "string", "format": "uuid", "description": "the key"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_sequence": {
            "type": "string",
            "pattern": "^[0-9]{10,19}$",
            "description": "without gaps per topic and key, from 1",
        },
        "ce_actor": {"type": "string", "description": "who did it"},
        "ce_epoch": {
            "type": "string",
            "pattern": "^[0-9]{1,19}$",
            "description": "how often the writer's database was restored; absent: never",
        },
        "content-type": {"const": "application/json"},
        "traceparent": {"type": "string"},
    },
}
_OF_AN_UPDATE: dict[str, Any] = {
    "type": "object",
    "required": ["ce_id", "ce_type"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {
            "type": "string",
            "minLength": 1,
            "maxLength": 200,
            "description": "chosen by the OPD, unique among its updates; the same again is a repeat and changes nothing",
        },
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string"},
        "ce_subject": {"type": "string"},
        "ce_time": {"type": "string", "description": "not used: an update counts from when it arrived"},
        "content-type": {"const": "application/json"},
        "traceparent": {"type": "string"},
    },
}


def _address(topic: str) -> str:
    return topic.replace("opd.code.", "opd.{code}.")


def _channel_id(topic: str) -> str:
    return topic.replace("opd.code.", "opd.CODE.")


def _channel(stream: Stream) -> dict[str, Any]:
    writer = "the OPD" if stream.writer == OPD else stream.writer
    readers = ", ".join("the OPD's systems" if reader == OPD else reader for reader in stream.readers)
    kept = f"{stream.retention_ms // 3_600_000} hours"
    channel: dict[str, Any] = {
        "address": _address(stream.topic),
        "description": f"Key: {'contact' if 'contacts' in stream.topic else 'complaint'} id. Written by {writer}, "
        f"read by {readers}. Kept for {kept}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(stream.types)},
        "bindings": {
            "kafka": {
                "topic": _address(stream.topic),
                "partitions": stream.partitions,
                "topicConfiguration": {
                    "cleanup.policy": stream.cleanup.split(","),
                    "retention.ms": stream.retention_ms,
                },
                "bindingVersion": _BINDING,
            }
        },
    }
    if stream.opd:
        channel["parameters"] = {"code": {"description": "the OPD's code", "examples": ["dishub"]}}
    return channel


def _open(schema: Any) -> Any:
    """Remove the ban on unknown fields. Fields may be added within a version, so readers must let them pass."""
    if isinstance(schema, dict):
        return {name: _open(part) for name, part in schema.items() if (name, part) != ("additionalProperties", False)}
    return [_open(part) for part in schema] if isinstance(schema, list) else schema


def _message(name: str, fact: type[Fact], stream: Stream) -> dict[str, Any]:
    headers = "UpdateHeaders" if stream.external else "CloudEventHeaders"
    return {
        "name": name,
        "summary": (fact.__doc__ or fact.__name__).strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {"$ref": f"#/components/schemas/{headers}"},
        "payload": {"$ref": f"#/components/schemas/{fact.__name__}"},
        "bindings": {"kafka": {"key": _KEY, "bindingVersion": _BINDING}},
    }


def _streams(who: str) -> tuple[list[Stream], list[Stream]]:
    """Return the streams that a service writes and those it reads.

    The three topics of an OPD stand once, for all OPDs.
    """
    writes, reads = list(written_by(who)), list(read_by(who))
    assignments, updates, replies = of_opd("code")
    if who == "router":
        writes += [assignments, replies]
        reads.append(updates)
    if who == OPD:
        writes.append(updates)
        reads += [assignments, replies]
    return writes, reads


def _operation(action: str, stream: Stream, who: str) -> dict[str, Any]:
    operation: dict[str, Any] = {"action": action, "channel": {"$ref": f"#/channels/{_channel_id(stream.topic)}"}}
    if action == "receive":
        own = f"{who}.external" if stream.external else who
        group = {"type": "string", "pattern": "^opd\\.[a-z0-9_-]+\\."} if who == OPD else {"const": own}
        operation["bindings"] = {"kafka": {"groupId": group, "bindingVersion": _BINDING}}
    return operation


def asyncapi_of(who: str) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of a service, or of an OPD (``opd``): its streams with their facts."""
    writes, reads = _streams(who)
    schemas: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for stream in (*writes, *reads):
        schemas |= {"UpdateHeaders": _OF_AN_UPDATE} if stream.external else {"CloudEventHeaders": _HEADERS}
        for name, fact in stream.types.items():
            schema = _open(fact.model_json_schema(ref_template="#/components/schemas/{model}"))
            schemas |= schema.pop("$defs", {})
            schemas[fact.__name__] = schema
            messages[name] = _message(name, fact, stream)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tanggap: an OPD's systems" if who == OPD else f"Tanggap: {who}",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in Kafka's binary mode. Within a version fields and types are only added: readers "
            "ignore what they do not know and count an unknown type as read. Delivery is at least once; 1 MiB at most a record. "
            "Batches are sent uncompressed or packed by gzip, at most 4 MiB unpacked; no other codec is read.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "Every principal reaches its own topics and groups only.",
                "variables": {"bootstrap": {"description": "address and port of a broker"}},
                "security": [{"$ref": "#/components/securitySchemes/scram"}],
            }
        },
        "channels": {_channel_id(stream.topic): _channel(stream) for stream in (*writes, *reads)},
        "operations": {
            f"{action}.{_channel_id(stream.topic)}": _operation(action, stream, who)
            for action, streams in (("send", writes), ("receive", reads))
            for stream in streams
        },
        "components": {
            "securitySchemes": {"scram": {"type": "scramSha512", "description": "a user and password of its own"}},
            "messages": dict(sorted(messages.items())),
            "schemas": dict(sorted(schemas.items())),
        },
    }
