"""The generated contracts: AsyncAPI 3 of the streams, OpenAPI of the HTTP doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.events.catalogue import Stream, of_opd, read_by, written_by

if TYPE_CHECKING:
    from shared.service import Service

_HEADERS: dict[str, Any] = {
    "type": "object",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject", "ce_time", "content-type"],
    "properties": {
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "description": "identity of the event; a repeat has the same"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string"},
        "ce_subject": {"type": "string", "format": "uuid", "description": "the key"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_sequence": {"type": "string", "pattern": "^[0-9]{10}$", "description": "without gaps per topic and key, from 1"},
        "ce_actor": {"type": "string"},
        "content-type": {"const": "application/json"},
        "traceparent": {"type": "string"},
    },
}


def _placeholder(topic: str) -> str:
    return topic.replace("opd.code.", "opd.{code}.")


def _channel(stream: Stream) -> dict[str, Any]:
    channel: dict[str, Any] = {
        "address": _placeholder(stream.topic),
        "description": f"Key: {'contact' if 'contacts' in stream.topic else 'complaint'} id. Written by {stream.writer}, "
        f"read by {', '.join(stream.readers)}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in sorted(stream.types)},
        "bindings": {
            "kafka": {
                "partitions": stream.partitions,
                "topicConfiguration": {"cleanup.policy": stream.cleanup.split(","), "retention.ms": stream.retention_ms},
            }
        },
    }
    if stream.opd:
        channel["parameters"] = {"code": {"description": "the OPD's code"}}
    return channel


def asyncapi_of(service: str) -> dict[str, Any]:
    """The AsyncAPI 3.0 document of one service: every stream it writes or reads, with its facts as JSON Schema."""
    writes, reads = list(written_by(service)), list(read_by(service))
    if service == "router":
        assignments, updates, replies = of_opd("code")
        writes += [assignments, replies]
        reads.append(updates)
    schemas: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for stream in (*writes, *reads):
        for name, fact in sorted(stream.types.items()):
            schema = fact.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {})
            schemas[fact.__name__] = schema
            messages[name] = {
                "name": name,
                "contentType": "application/json",
                "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
                "payload": {"$ref": f"#/components/schemas/{fact.__name__}"},
            }
    schemas["CloudEventHeaders"] = _HEADERS
    names = {stream.topic: _placeholder(stream.topic).replace("{code}", "CODE") for stream in (*writes, *reads)}
    operations = {
        f"{action}.{names[stream.topic]}": {"action": action, "channel": {"$ref": f"#/channels/{names[stream.topic]}"}}
        for action, streams in (("send", writes), ("receive", reads))
        for stream in streams
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Tanggap: {service}",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in Kafka's binary mode. Additive changes only; readers ignore what they do not know.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {names[stream.topic]: _channel(stream) for stream in (*writes, *reads)},
        "operations": operations,
        "components": {"messages": dict(sorted(messages.items())), "schemas": dict(sorted(schemas.items()))},
    }


def openapi_of(service: Service[Any]) -> dict[str, Any]:
    """The OpenAPI document of a service's HTTP door. Builds the application without opening any connection."""
    from shared.clock import RealClock
    from shared.service import Running

    if service.web is None:
        return {}
    application: Any = service.web(Running(service, None, RealClock()))  # type: ignore[arg-type]
    document: dict[str, Any] = application.openapi()
    return document
