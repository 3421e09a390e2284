"""The intents in a message beside the complaint: stop, start, stay anonymous, or the choice of a button."""

from __future__ import annotations

import re
from typing import Final, Literal

from services.intake.rules.conversation_answers import core_of
from services.intake.rules.meaning import word_set, words_of
from services.intake.rules.mistyping import meant_keyword

Keyword = Literal["help", "cancel", "anonymous"]

_STOP: Final = frozenset({"stop", "setop", "stp", "berhenti", "unsubscribe"})
_START: Final = frozenset({"mulai", "mulay", "mulei", "start"})
_KEYWORDS: Final[dict[str, Keyword]] = {
    **dict.fromkeys(
        ("bantuan", "bantuin", "bantu", "bantuam", "help", "tolong bantuan", "menu", "panduan", "petunjuk"), "help"
    ),
    **dict.fromkeys(
        ("batal", "batalkan", "batalin", "btl", "btlkan", "tidak jadi", "cancel"),
        "cancel",
    ),
    **dict.fromkeys(
        (f"{verb} {what}" for verb in ("batal", "batalkan", "cabut") for what in ("lapor", "laporan", "aduan")),
        "cancel",
    ),
    **dict.fromkeys(("anonim", "anonym", "anonin", "anonymous", "anonimkan", "anonimin", "dianonimkan"), "anonymous"),
}
_ANONIM = re.compile(
    r"\bann?on[iy]m\b"
    # "Tolong rahasiakan nama saya", "jangan sebut nama saya", "identitas saya mohon dirahasiakan".
    r"|\b(?:rahasiakan|dirahasiakan|sembunyikan|samarkan|jangan (?:di)?sebut(?:kan)?) (?:\w+ )?(?:nama|identitas|nomor)\b"
    r"|\b(?:nama|identitas)(?:ku|nya| saya| kami)? (?:\w+ )?(?:dirahasiakan|disembunyikan|disamarkan|jangan disebut\w*)\b",
    re.IGNORECASE,
)
# Words that may stand beside STOP or MULAI in a wish about our messages.
_BESIDE_STOP: Final = word_set(
    "jangan kirim mengirim kirimi pesan kabar wa chat notif notifikasi lagi tolong mohon pak min admin saya ke saja dong ya"
)
_MESSAGES: Final = word_set("pesan kabar wa chat notif notifikasi")
_WORDS = re.compile(r"[^\w\s]+")


def find_opt(text: str) -> Literal["out", "in"] | None:
    """Return "out" or "in" when the message is nothing but a word such as STOP or MULAI, or such a wish. Else None."""
    core = core_of(text)
    if len(core) == 1 and (word := meant_keyword(core[0], _STOP | _START)) is not None:
        return "out" if word in _STOP else "in"
    first, *others = words_of(text) or [""]
    if not set(others) <= _BESIDE_STOP:
        return None
    if first in _START and set(others) & (_MESSAGES | {"lagi"}):
        return "in"
    ends = set(others) & _MESSAGES or {"kirim", "lagi"} <= set(others)
    return "out" if first in _STOP | {"jangan"} and ends else None


def find_keyword(text: str) -> Keyword | None:
    """Return the keyword when the message is nothing but BANTUAN, BATAL or ANONIM, in any common spelling."""
    core, alone = " ".join(core_of(text)), _bare(text)
    word = _KEYWORDS.get(meant_keyword(core, _KEYWORDS) or "")
    # "Tolong bantu kami pak" is a plea rather than a keyword.
    return _KEYWORDS.get(meant_keyword(alone, _KEYWORDS) or "") or (word if word != "help" else None)


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
