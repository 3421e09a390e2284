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

_SUBMISSION: Final[Mapping[str, Any]] = {
    "text": True,
    "title": True,
    "place": True,
    "topic": True,
    "class_": True,
    "channel": True,
    "source": True,
    "external_id": True,
    "filed_at": True,
    "anonim": True,
    "rahasia": True,
    "reporter": {"name", "whatsapp", "email"},
    "callback_url": True,
}
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
    reporter = sent.get("reporter") if isinstance(sent, dict) else None
    number = reporter.get("whatsapp") if isinstance(reporter, dict) else None
    if isinstance(number, str) and (old := _old_number(number)) != item.reporter.whatsapp:
        item = item.model_copy(update={"reporter": item.reporter.model_copy(update={"whatsapp": old})})
    # The first releases hashed exactly this text of pydantic. To build it from a dictionary costs four times as much.
    return _of_text(item.model_dump_json(include=_SUBMISSION))


def old_act_digests(act: str, body: BaseModel) -> tuple[str, ...]:
    """Return the digest that the first releases kept of a citizen's act over HTTP, or none if they knew no such act."""
    if act not in _ACTS:
        return ()
    dumped = body.model_dump(mode="json")
    return (_of_text(f"{act}:{_as_dumped({name: dumped[name] for name in _ACTS[act]})}"),)


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
