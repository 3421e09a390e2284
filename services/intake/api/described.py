"""The OpenAPI description of intake's plain routes, which FastAPI cannot describe by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from services.intake.api.models import DisputeIn, NothingIn, RateIn, ReplyIn, SubmissionIn, WithdrawIn
from shared.openapi import refusal

if TYPE_CHECKING:
    from fastapi import FastAPI

_TEXT: Final = {"type": "string"}
_SCHEMA_AT: Final = "#/components/schemas/{model}"
_IDEMPOTENCY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "maxLength": 200},
    "description": "A repeat with the same key gets the first answer. The same key with another body is refused (409).",
}
_TICKET: Final = {
    "name": "ticket",
    "in": "path",
    "required": True,
    "schema": _TEXT,
    "description": "The ticket, such as KT-7F3K-9Q2M-X, in either case, with or without hyphens.",
}
_SECRET: Final = {
    "name": "X-Complaint-Secret",
    "in": "header",
    "schema": _TEXT,
    "description": "The last part of the secret link. The key of the adapter that filed the complaint serves as well.",
}
_ANSWER: Final = {
    "type": "object",
    "required": ["status", "ticket", "link"],
    "properties": {
        "status": {"enum": ["accepted", "repeated"]},
        "ticket": _TEXT,
        "link": {"type": "string", "format": "uri"},
    },
}
_ITEM: Final = {
    "type": "object",
    "required": ["index", "status"],
    "properties": {
        "index": {"type": "integer"},
        "status": {"enum": ["accepted", "repeated", "refused"]},
        "ticket": _TEXT,
        "link": {"type": "string", "format": "uri"},
        "problem": {"$ref": "#/components/schemas/Problem"},
    },
}
_COUNT: Final = {"type": "integer", "minimum": 0}
_ITEMS: Final = {
    "type": "object",
    "required": ["accepted", "repeated", "refused", "items"],
    "properties": {
        "accepted": _COUNT,
        "repeated": _COUNT,
        "refused": _COUNT,
        "items": {"type": "array", "items": _ITEM},
    },
}
_COMPLAINT: Final = {
    "type": "object",
    "required": ["ticket", "state", "state_text", "timeline"],
    "description": "The ticket alone shows state and dates. The secret adds text, quotes and the `allowed` acts.",
    "properties": {
        "ticket": _TEXT,
        "state": _TEXT,
        "state_text": _TEXT,
        "standing": _TEXT,
        "channel": _TEXT,
        "filed_at": {"type": ["string", "null"], "format": "date-time"},
        "due": {
            "type": ["object", "null"],
            "properties": {"clock": _TEXT, "at": {"type": "string", "format": "date-time"}},
        },
        "put_off_until": {"type": ["string", "null"], "format": "date"},
        "opd": {"type": ["string", "null"]},
        "anonim": {"type": "boolean"},
        "rahasia": {"type": "boolean"},
        "erased": {"type": "boolean"},
        "timeline": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["at", "what", "text"],
                "properties": {
                    "at": {"type": "string", "format": "date-time"},
                    "what": _TEXT,
                    "text": _TEXT,
                    "quote": _TEXT,
                },
            },
        },
        "title": {"type": ["string", "null"]},
        "text": {"type": ["string", "null"]},
        "place": {"type": ["string", "null"]},
        "stars": {"type": ["integer", "null"]},
        "allowed": {"type": "array", "items": _TEXT},
    },
}
_ROW: Final = {"type": "object", "properties": {"row": {"type": "integer"}, "tracking_id": _TEXT, "reason": _TEXT}}
_CHANGED: Final = {
    "type": "object",
    "properties": {
        "row": {"type": "integer"},
        "tracking_id": _TEXT,
        "ticket": _TEXT,
        "columns": {"type": "array", "items": _TEXT},
    },
}
_HISTORY: Final = {
    "name": "history",
    "in": "query",
    "schema": {"enum": ["auto", "all", "none"], "default": "auto"},
    "description": "the open rows that are history: auto (no activity for the days in the settings), all, or none",
}
_IMPORTED: Final = {
    "type": "object",
    "properties": dict.fromkeys(("accepted", "already_closed", "history", "updated", "unchanged"), _COUNT)
    | {
        "bad": {"type": "array", "items": _ROW},
        "changes": {"type": "object", "additionalProperties": _COUNT},
        "changed_rows": {"type": "array", "items": _CHANGED},
        "unmapped_categories": {"type": "object", "additionalProperties": _COUNT},
        "notes": {"type": "array", "items": _TEXT},
    },
}
_DONE: Final = {
    "type": "object",
    "required": ["ticket", "status"],
    "properties": {"ticket": _TEXT, "status": {"enum": ["accepted", "repeated"]}},
}
_ACTS: Final[tuple[tuple[str, str, type[BaseModel]], ...]] = (
    ("replies", "Add a citizen's text. On an answered complaint a plain yes confirms, a plain no disputes.", ReplyIn),
    ("confirm", "Confirm for the citizen that the problem is solved.", NothingIn),
    ("dispute", "State for the citizen that the problem is not solved, within 30 days of closing.", DisputeIn),
    ("rate", "Rate the handling for the citizen.", RateIn),
    ("withdraw", "Withdraw the complaint for the citizen.", WithdrawIn),
)


@dataclass(frozen=True, slots=True)
class _Face:
    """One operation of one path."""

    path: str
    method: str
    summary: str
    answers: dict[str, Any]
    body: dict[str, Any] | None = None
    parameters: tuple[dict[str, Any], ...] = ()
    open: bool = False
    refused: tuple[int, ...] = ()


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _answer(schema: dict[str, Any], what: str) -> dict[str, Any]:
    return {"description": what, "content": _json(schema)}


def _faces() -> list[_Face]:
    one = {"$ref": "#/components/schemas/SubmissionIn"}
    many = {"type": "array", "items": one, "minItems": 1, "maxItems": 500}
    plain = {"description": "ok", "content": {"text/plain": {"schema": _TEXT}}}
    binary = {"type": "string", "format": "binary"}
    upload = {
        "multipart/form-data": {"schema": {"type": "object", "properties": {"file": binary}, "required": ["file"]}},
        "application/octet-stream": {"schema": binary},
    }
    hub = tuple(
        {"name": f"hub.{name}", "in": "query", "schema": _TEXT} for name in ("mode", "verify_token", "challenge")
    )
    signature = {"name": "X-Hub-Signature-256", "in": "header", "required": True, "schema": _TEXT}
    first = {
        "201": _answer(_ANSWER, "one complaint: it is durable and has a ticket"),
        "200": _answer({"oneOf": [_ANSWER, _ITEMS]}, "a repeat: the first answer; or a list: an answer for each item"),
    }
    webhook = "/v1/whatsapp/webhook"
    return [
        _Face(
            "/v1/submissions",
            "post",
            "File one complaint, or a list of up to 500 (role `adapter`).",
            first,
            _json({"oneOf": [one, many]}),
            (_IDEMPOTENCY,),
        ),
        _Face(
            "/v1/complaints/{ticket}",
            "get",
            "Read a complaint.",
            {"200": _answer(_COMPLAINT, "the complaint")},
            parameters=(_TICKET, _SECRET),
            open=True,
            refused=(401,),
        ),
        *(
            _Face(
                f"/v1/complaints/{{ticket}}/{name}",
                "post",
                summary,
                {"202": _answer(_DONE, "taken")},
                _json({"$ref": f"#/components/schemas/{model.__name__}"}),
                (_TICKET, _SECRET, _IDEMPOTENCY),
                open=True,
                refused=(401, 403),
            )
            for name, summary, model in _ACTS
        ),
        _Face(
            "/v1/imports/laporan-ringkas",
            "post",
            "Import a Laporan Ringkas (.xlsx) of SP4N-LAPOR! (role `koordinator`).",
            {"200": _answer(_IMPORTED, "the counts of rows, and each bad row with its number")},
            upload,
            (_HISTORY,),
        ),
        _Face(
            webhook,
            "get",
            "The handshake of the WhatsApp Cloud API.",
            {"200": plain},
            parameters=hub,
            open=True,
            refused=(403,),
        ),
        _Face(
            webhook,
            "post",
            "A signed webhook of the WhatsApp Cloud API.",
            {"200": plain},
            _json({"type": "object"}),
            (signature,),
            open=True,
            refused=(403,),
        ),
    ]


def install(app: FastAPI) -> None:
    """Add the plain routes to the application's OpenAPI document."""
    plain = app.openapi
    app.openapi = lambda: _described(app, plain())  # type: ignore[method-assign]  # FastAPI's documented way


def _described(app: FastAPI, document: dict[str, Any]) -> dict[str, Any]:
    """Add the operations of the routes that this process has open to the document, and return the document."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    models: list[type[BaseModel]] = [SubmissionIn, *(model for _, _, model in _ACTS)]
    for model in models:
        schema = model.model_json_schema(ref_template=_SCHEMA_AT)
        schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
    there = {getattr(route, "path", "").replace("{act}", name) for route in app.routes for name, _, _ in _ACTS}
    for face in _faces():
        if face.path in there:
            answers = face.answers | {str(status): refusal(status) for status in face.refused}
            operation: dict[str, Any] = {"summary": face.summary, "responses": answers}
            operation |= {"parameters": list(face.parameters)} if face.parameters else {}
            operation |= {"requestBody": {"required": True, "content": face.body}} if face.body else {}
            operation |= {"security": []} if face.open else {}
            document["paths"].setdefault(face.path, {})[face.method] = operation
    return document
