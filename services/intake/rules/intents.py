"""What a citizen's message means: to which complaint it belongs, and whether it confirms, disputes or stops."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from services.intake.rules.commands import CitizenAct, Confirm, Dispute, Heard, Reply

_STOP: Final = frozenset({"stop", "berhenti", "unsubscribe"})
_START: Final = frozenset({"mulai", "start"})
_DONE: Final = frozenset({"sudah", "selesai", "sudah selesai", "ya", "ya sudah", "ya selesai", "beres", "sudah beres"})
_NOT_DONE = re.compile(r"(belum|blm|tidak selesai|belum selesai)\b", re.IGNORECASE)
_ANONIM = re.compile(r"\banonim\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\w\s]+")
_WAITING: Final = frozenset({"awaiting_citizen", "resolved"})
_ANSWERED: Final = frozenset({"resolved", "closed"})


def opting(text: str) -> Literal["out", "in"] | None:
    """STOP and MULAI, alone in a message."""
    word = _WORDS.sub("", text).strip().casefold()
    return "out" if word in _STOP else "in" if word in _START else None


def wants_anonymity(text: str) -> bool:
    """ANONIM anywhere in the text makes the complaint anonymous."""
    return _ANONIM.search(text) is not None


def newest_waiting(states: Sequence[str]) -> int | None:
    """Which of a person's complaints, the newest first, waits for them: answered, or asked something."""
    return next((index for index, state in enumerate(states) if state in _WAITING), None)


def act_of(text: str, state: str, heard: Heard, choice: str | None = None) -> CitizenAct:
    """What a message about a complaint in this state does; where in doubt it is a reply, which a person reads."""
    plain = " ".join(_WORDS.sub(" ", text).split()).casefold()
    if state == "resolved" and (choice == "confirm" or plain in _DONE):
        return Confirm(channel="whatsapp", heard=heard)
    if state in _ANSWERED and (choice == "dispute" or _NOT_DONE.match(plain)):
        return Dispute(reason=text, channel="whatsapp", heard=heard)
    return Reply(text=text, channel="whatsapp", heard=heard)
