"""The digests that earlier releases kept, so that a repeat of an old request is still recognised.

Until 2026-11 a digest covered the validated model with all its defaults, or the raw bytes of a list.
The fields are listed here, so that a new field of a model does not change the digest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from services.intake.api.models import SubmissionIn

_REPORTER: Final = ("name", "whatsapp", "email")
_SUBMISSION: Final = (
    "text",
    "title",
    "place",
    "topic",
    "class_",
    "channel",
    "source",
    "external_id",
    "filed_at",
    "anonim",
    "rahasia",
    "reporter",
    "callback_url",
)
_ACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "replies": ("text",),
    "confirm": (),
    "dispute": ("reason",),
    "rate": ("stars", "comment"),
    "withdraw": ("reason",),
}
_NOT_DIGITS: Final = re.compile(r"[\s().\-\u2010-\u2015]")


def old_digest(item: SubmissionIn, sent: Any) -> str:
    """Return the digest that the first releases kept of a submission. ``sent`` is the item as the caller wrote it."""
    dumped = item.model_dump(mode="json")
    shown = {name: dumped[name] for name in _SUBMISSION}
    shown["reporter"] = {name: dumped["reporter"][name] for name in _REPORTER}
    reporter = sent.get("reporter") if isinstance(sent, dict) else None
    number = reporter.get("whatsapp") if isinstance(reporter, dict) else None
    if isinstance(number, str):
        shown["reporter"]["whatsapp"] = _old_number(number)
    return _of_text(_as_dumped(shown))


def old_act_digest(act: str, body: BaseModel) -> str:
    """Return the digest that the first releases kept of a citizen's act over HTTP."""
    dumped = body.model_dump(mode="json")
    return _of_text(f"{act}:{_as_dumped({name: dumped[name] for name in _ACTS[act]})}")


def old_list_digest(raw: bytes) -> str:
    """Return the digest that the first releases kept of a list under an Idempotency-Key."""
    return hashlib.sha256(raw).hexdigest()


def _old_number(written: str) -> str:
    digits = _NOT_DIGITS.sub("", written)
    digits = digits[1:] if digits.startswith("+") else digits.removeprefix("00")
    return "62" + digits[1:] if digits.startswith("0") else digits


def _as_dumped(value: Any) -> str:
    """Return the JSON text as pydantic writes it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _of_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
