"""The words by which complaints about the same matter at the same place find each other. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.intake.rules.conversation_known import own_words
from services.intake.rules.conversation_places import without_places
from services.intake.rules.meaning import word_set, words_of
from services.intake.rules.vocabulary import ADDRESS, COMMON, PLACE
from shared.events.submissions import ComplaintContent

# A complaint is looked for and counted for so long after it was filed.
REMEMBERED: Final = timedelta(days=60)
# The first characters of a text say what it is about.
_READ: Final = 2_000
_MOST_WORDS: Final = 60
_MOST_PLACES: Final = 12
# Words that say nothing of the matter, beside those that the conversation knows as common.
_EMPTY: Final = word_set(
    "dan atau oleh akan agar supaya bila kalau jika sampai setelah sebelum saat terus lewat para kita mereka adalah seperti"
    " secara hal cukup lebih sudah telah sering selalu sama kepada mau minta perlu harus anda pihak"
)
# The lengths of the codes of a regency or city, and of a kecamatan and a village.
_REGION: Final = 5
_MARKED: Final = (8, 13)
# The least number of letters of a word in a place that tells it from another place.
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class ComplaintWords:
    """A row with the words of a complaint. ``region`` is the code of its regency or city, if a place is known."""

    complaint: UUID
    filed_at: datetime
    region: str | None
    places: tuple[str, ...]
    words: str


def words_row(complaint: UUID, filed_at: datetime, content: ComplaintContent) -> ComplaintWords:
    """Return the row of a complaint whose place code is known as far as its words tell it."""
    region, places = marks_of(content.place_code, content.place)
    title = f"{content.title} " if content.title else ""
    return ComplaintWords(complaint, filed_at, region, places, subject_of(title + content.text))


def subject_of(text: str) -> str:
    """Return the words that tell what a text is about, without names of places."""
    return " ".join(sorted(own_words(without_places(words_of(text[:_READ]))) - _EMPTY)[:_MOST_WORDS])


def marks_of(code: str | None, place: str | None) -> tuple[str | None, tuple[str, ...]]:
    """Return the code of the region, and the marks of a place: its kecamatan and village, and names in the address.

    A regency or city alone is no mark, for it is too wide. ``code`` is the place code, and ``place`` what was written.
    """
    marks = {f"@{code[:length]}" for length in _MARKED if len(code) >= length} if code else set[str]()
    words = words_of((place or "")[:_READ])
    for word in without_places(words) if code else words:
        if len(word) >= _SHORTEST and word not in COMMON and word not in ADDRESS and not PLACE.fullmatch(word):
            marks.add(f"@{word}")
    return code[:_REGION] if code else None, tuple(sorted(marks))[:_MOST_PLACES]


def hash_of(text: str) -> str:
    """Return the hash by which equal texts are counted, whatever their case, blanks and punctuation."""
    return hashlib.sha256(" ".join(words_of(text)).encode()).hexdigest()
