"""The templates of an OPD's answers: their variables, the blanks that an officer fills in, and what a template lacks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from services.router.state import Case, whole_place
from shared.clock import WITA
from shared.errors import Refused
from shared.reference import opds, topic_words
from shared.words import day_words

# What stands for each variable, as the page of templates explains it.
VARIABLES: Final[Mapping[str, str]] = {
    "nomor": "nomor aduan",
    "tempat": "tempat kejadian menurut pelapor",
    "pokok": "pokok aduan",
    "opd": "nama OPD Anda",
    "tanggal": "tanggal hari ini",
}
# An officer replaces it before the answer is sent.
BLANK: Final = "___"
MOST_TEMPLATES: Final = 50
_MOST_NAME: Final = 100
_MOST_TEXT: Final = 4000
_VARIABLE: Final = re.compile(r"\{([^{}]*)\}")


class AnswerTemplate(NamedTuple):
    """A template in force."""

    id: UUID
    name: str
    text: str


class BadTemplate(Refused):
    """The template cannot be kept as it is."""

    code = "bad_template"
    status = 422
    message = "Templat ini belum dapat disimpan. Periksa nama dan isinya."


class TooManyTemplates(Refused):
    """The OPD has as many templates of answers as it may have."""

    code = "too_many_templates"
    message = "OPD Anda sudah mempunyai 50 templat. Hapus yang tidak dipakai lagi."


def check_template(name: str, text: str) -> None:
    """Raise BadTemplate for the first thing that is wrong. Its field is `name` or `text`."""
    if not name or len(name) > _MOST_NAME:
        raise BadTemplate("a name is needed", field="name", message="Tulis nama templat, paling banyak 100 huruf.")
    if not text or len(text) > _MOST_TEXT:
        raise BadTemplate("a text is needed", field="text", message="Tulis isi templat, paling banyak 4.000 huruf.")
    for word in _VARIABLE.findall(text):
        if word not in VARIABLES:
            known = ", ".join(f"{{{one}}}" for one in VARIABLES)
            words = f"Isian {{{word}}} tidak dikenal. Yang dapat dipakai: {known}."
            raise BadTemplate(f"the variable {word} is unknown", field="text", message=words)


def fill_template(text: str, case: Case, now: datetime) -> str:
    """Return the text with the values of a case. What the case does not tell becomes a blank."""
    values = {
        "nomor": case.ticket,
        "tempat": case.place or whole_place(None, case.place_code) or BLANK,
        "pokok": topic_words(case.topic) or BLANK,
        "opd": opds()[case.opd].name if case.opd in opds() else case.opd or BLANK,
        "tanggal": day_words(now.astimezone(WITA).date()),
    }
    return _VARIABLE.sub(lambda found: values.get(found[1], found[0]), text)
