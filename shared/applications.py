"""The numbers of applications for permits, at E-PTSP or OSS, in one spelling for keeping and searching."""

from __future__ import annotations

import re
from typing import Final

_SHORTEST, _LONGEST = 4, 60
# A business number of OSS (NIB) has 13 digits.
_NIB: Final = re.compile(r"(?:NIB[ :.-]*)?((?:\d[ .-]?){12}\d)")
_NIK: Final = re.compile(r"(?:\d[ .-]?){15}\d")
_AROUND: Final = re.compile(r"\s*([/-])\s*")
_ALLOWED: Final = re.compile(r"[0-9A-Z][0-9A-Z ./_-]*[0-9A-Z]")
_NOT_DIGIT: Final = re.compile(r"\D")


class NotAnApplicationNumber(ValueError):
    """The text is no number of an application. ``words`` says in Indonesian what to do. No message holds the text."""

    def __init__(self) -> None:
        self.words = (
            "Tulis nomor permohonan seperti pada tanda terimanya, misalnya B-120/DPMPTSP/2026 atau NIB 13 angka."
        )
        super().__init__("must be the number of an application such as B-120/DPMPTSP/2026 or NIB 9120000000000")


def application_number(written: str) -> str:
    """Return the number in capitals with single blanks. Thirteen digits alone are a NIB.

    Raise NotAnApplicationNumber for a text without a digit, with other signs, or with the 16 digits of a person's NIK.
    """
    text = _AROUND.sub(r"\1", " ".join(written.upper().split()))
    business = _NIB.fullmatch(text)
    if business:
        return f"NIB {_NOT_DIGIT.sub('', business[1])}"
    fits = _SHORTEST <= len(text) <= _LONGEST and _ALLOWED.fullmatch(text) and any(map(str.isdecimal, text))
    if not fits or _NIK.fullmatch(text):
        raise NotAnApplicationNumber
    return text
