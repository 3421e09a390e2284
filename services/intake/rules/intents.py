"""The intents in a message beside the complaint: stop, start, stay anonymous, or the choice of a button."""

from __future__ import annotations

import re
from typing import Final, Literal

Keyword = Literal["help", "cancel", "anonymous"]

_STOP: Final = frozenset({"stop", "stopp", "setop", "stp", "berhenti", "brhenti", "unsubscribe"})
_START: Final = frozenset({"mulai", "mulaii", "mulay", "mulei", "start"})
_KEYWORDS: Final[dict[str, Keyword]] = {
    **dict.fromkeys(("bantuan", "bantuin", "bantu", "bntuan", "bantuam", "help", "tolong bantuan", "menu"), "help"),
    **dict.fromkeys(
        ("batal", "batalkan", "btal", "batall", "btl", "gak jadi", "ga jadi", "tidak jadi", "cancel"), "cancel"
    ),
    **dict.fromkeys(("anonim", "anonym", "anonin", "annonim", "anonymous"), "anonymous"),
}
_ANONIM = re.compile(r"\bann?on[iy]m\b", re.IGNORECASE)
_WORDS = re.compile(r"[^\w\s]+")


def find_opt(text: str) -> Literal["out", "in"] | None:
    """Return "out" or "in" when the message is nothing but a word such as STOP or MULAI, otherwise None."""
    word = _bare(text)
    return "out" if word in _STOP else "in" if word in _START else None


def find_keyword(text: str) -> Keyword | None:
    """Return the keyword when the message is nothing but BANTUAN, BATAL or ANONIM, in any common spelling."""
    return _KEYWORDS.get(_bare(text))


def wants_anonymity(text: str) -> bool:
    """Return whether the text contains the word ANONIM, which makes the complaint anonymous."""
    return _ANONIM.search(text) is not None


def parse_button(choice: str | None) -> tuple[Literal["confirm", "dispute"], str] | None:
    """Return the act and the ticket of a button's choice such as `confirm:KT-7F3K-9Q2M-X`.

    The ticket may be empty. Return None for a choice that is no act.
    """
    act, _, ticket = (choice or "").partition(":")
    if act == "confirm":
        return "confirm", ticket
    return ("dispute", ticket) if act == "dispute" else None


def _bare(text: str) -> str:
    return " ".join(_WORDS.sub("", text).casefold().split())
