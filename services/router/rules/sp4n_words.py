"""The words of a complaint that go to SP4N: without identity numbers, phone numbers, mail addresses, name or home.

The name of a street stays, because without it nobody finds the broken lamp. Only what the writer calls their own goes.
"""

from __future__ import annotations

import re
from typing import Final

from services.router.state import Case, whole_place
from shared.masking import masked

TITLE_LENGTH: Final = 100
NAME_MASK: Final = "[nama disamarkan]"
HOME_MASK: Final = "[alamat disamarkan]"
MAIL_MASK: Final = "[alamat surel disamarkan]"
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
# A name of two to four words with capitals, after words that announce it.
_OWN_NAME = re.compile(
    r"\b((?i:nama(?: lengkap)?(?: saya)?|atas nama|a\.?n\.?|perkenalkan,? saya)\s*(?:(?i:adalah)\s+)?[:=]?\s*)"
    r"([A-Z][\w']+(?:[ \t]+(?:[A-Z](?:\.|[\w']*)|(?i:bin|binti))){0,4})"
)
# Where the writer lives: up to the end of the sentence.
_OWN_HOME = re.compile(
    r"\b((?i:alamat(?: rumah)?(?: saya| pelapor)?\s*[:=]|alamat(?: rumah)? saya(?: di)?|rumah saya (?:di|berada di)"
    r"|saya (?:tinggal|berdomisili|beralamat) di))\s*(?:\b(?i:jl|jln|gg|no|ds|kec|kel|kab|blok|perum)\.|[^.;\n]){3,160}"
)


def outgoing(text: str, reporter: str | None = None) -> str:
    """Return a text as it may stand in SP4N. ``reporter``: the writer's name, if we know it."""
    text = _MAIL.sub(MAIL_MASK, text)
    text = _OWN_HOME.sub(rf"\1 {HOME_MASK}", text)
    text = _OWN_NAME.sub(rf"\1{NAME_MASK}", text)
    if reporter and len(reporter.strip()) > 2:
        text = re.sub(rf"(?<!\w){re.escape(reporter.strip())}(?!\w)", NAME_MASK, text, flags=re.IGNORECASE)
    return masked(text)


def title_of(case: Case) -> str:
    """Return the title of a complaint, or its first words."""
    words = " ".join(outgoing(case.title or case.text, case.reporter_name).split())
    return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1].rstrip() + "…"


def content_of(case: Case, mark: str) -> str:
    """Return the text of a complaint with its place, and with our mark at the end, by which it is found again."""
    place = whole_place(case.place, case.place_code)
    parts = [outgoing(case.text, case.reporter_name)]
    if place:
        parts.append(f"Lokasi: {outgoing(place, case.reporter_name)}")
    parts.append(mark)
    return "\n\n".join(parts)
