"""What a message asks of us beside a complaint: to stop, to be anonymous; and what a button's choice names."""

from __future__ import annotations

import re
from typing import Final, Literal

_STOP: Final = frozenset({"stop", "berhenti", "unsubscribe"})
_START: Final = frozenset({"mulai", "start"})
_ANONIM = re.compile(r"\banonim\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\w\s]+")


def opting(text: str) -> Literal["out", "in"] | None:
    """STOP and MULAI, alone in a message."""
    word = _WORDS.sub("", text).strip().casefold()
    return "out" if word in _STOP else "in" if word in _START else None


def wants_anonymity(text: str) -> bool:
    """ANONIM anywhere in the text makes the complaint anonymous."""
    return _ANONIM.search(text) is not None


def pressed(choice: str | None) -> tuple[Literal["confirm", "dispute"], str] | None:
    """Return what a button says and the ticket that it names, perhaps none: `confirm:KT-7F3K-9Q2M-X`."""
    act, _, ticket = (choice or "").partition(":")
    if act == "confirm":
        return "confirm", ticket
    return ("dispute", ticket) if act == "dispute" else None
