"""Converts telephone numbers as people write them to the form that WhatsApp uses: E.164 digits without the plus.

Indonesian numbers are understood with and without country code and trunk zero. A foreign number needs its plus. A
landline has no WhatsApp that we could write to, so it is refused when somebody types it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

import phonenumbers

Wrong = Literal["landline", "several", "country", "letters", "length"]

_COUNTRY: Final = "62"
_SHORTEST: Final = 9
# Digits of an Indonesian mobile number without country code and trunk zero.
_LONGEST: Final = 12
# What a spreadsheet makes of a number: its ".0" would be read as one more digit.
_FLOAT = re.compile(r"\s*\d+\.0\s*")
_LABEL = re.compile(r"^\s*(?:tel(?:p|epon)?|hp|wa|whatsapp|no(?:mor)?)\b[\s.:]*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;/&|\n]|\b(?:atau|dan|or)\b", re.IGNORECASE)
_TRUNK = re.compile(r"\(\s*0\s*\)")
_BRACKETS = str.maketrans("()", "  ")
_NUMBER = re.compile(r"[\d\s+./\-]+")
_WORDS: Final[dict[Wrong, tuple[str, str]]] = {
    "landline": (
        "is a landline, which has no WhatsApp",
        "Nomor ini telepon rumah atau kantor, yang tidak menerima WhatsApp. Tulis nomor ponsel, misalnya 0812 3456 7890.",
    ),
    "several": ("must be one number", "Tulis satu nomor saja, misalnya 0812 3456 7890."),
    "country": (
        "must begin with 0, 62 or, for another country, with + and its code",
        "Tulis nomor diawali 0 atau +62. Nomor luar negeri diawali + dan kode negaranya, misalnya +65.",
    ),
    "letters": (
        "must be a phone number such as +62 8xx xxxx xxxx",
        "Tulis nomor WhatsApp dengan angka saja, misalnya 0812 3456 7890.",
    ),
    "length": ("has too few or too many digits", "Periksa jumlah angkanya; nomor WhatsApp misalnya 0812 3456 7890."),
}


class NotAWhatsAppNumber(ValueError):
    """The text is no number that WhatsApp could know.

    ``words`` says in Indonesian what to do. No message holds the number.
    """

    def __init__(self, why: Wrong) -> None:
        self.why = why
        told, self.words = _WORDS[why]
        super().__init__(told)


def whatsapp_number(written: str) -> str:
    """Return the digits of a number with its country code. Raises NotAWhatsAppNumber."""
    text = _LABEL.sub("", _plain(written), count=1)
    if _FLOAT.fullmatch(text):
        raise NotAWhatsAppNumber("letters")
    parts = [_digits(part) for part in _BETWEEN.split(text)]
    whole = [part for part in parts if len(part) >= _SHORTEST]
    if len(whole) > 1 or (whole and len(parts) > 1 and len("".join(parts)) > _LONGEST + 1):
        raise NotAWhatsAppNumber("several")
    bare = _TRUNK.sub(" ", text).translate(_BRACKETS).strip()
    if not _NUMBER.fullmatch(bare) or "+" in bare[1:]:
        raise NotAWhatsAppNumber("letters")
    return _international(bare)


def number_of_sender(wa_id: str) -> str:
    """Return a sender's number, as the platform gives it, in the form in which we keep typed numbers.

    A sender has WhatsApp, even on a landline, so a landline is accepted. A text that is no number is returned
    unchanged.
    """
    try:
        return whatsapp_number("+" + wa_id.removeprefix("+"))
    except NotAWhatsAppNumber:
        plain = _plain(wa_id).strip().removeprefix("+")
        return plain if plain.isascii() and plain.isdigit() else wa_id


def _plain(written: str) -> str:
    """Return the text with ASCII digits, every blank as a space, every dash as a hyphen, and no invisible
    characters.
    """
    if written.isascii() and written.isprintable():
        return written
    kept: list[str] = []
    for sign in unicodedata.normalize("NFKC", written):
        category = unicodedata.category(sign)
        if category in {"Cf", "Cc"} and sign not in "\n\t":
            continue
        if category == "Nd":
            kept.append(str(unicodedata.digit(sign)))
        else:
            kept.append("-" if category == "Pd" else " " if category == "Zs" or sign == "\t" else sign)
    return "".join(kept).replace("\u2212", "-").replace("\u2044", "/").replace("·", ".").replace("•", ".")


def _digits(text: str) -> str:
    return text if text.isdigit() else "".join(sign for sign in text if sign.isdigit())


def _international(text: str) -> str:
    digits, plus = _digits(text), text.startswith("+")
    if not plus and digits.startswith("00"):
        digits, plus = digits[2:], True
    if plus and not digits.startswith(_COUNTRY):
        return _foreign(digits)
    if digits.startswith(_COUNTRY) and (plus or len(digits) > _SHORTEST + 1):
        return _indonesian(digits[len(_COUNTRY) :].lstrip("0"))
    if digits.startswith("0"):
        return _indonesian(digits[1:])
    if digits.startswith("8"):
        return _indonesian(digits)
    raise NotAWhatsAppNumber("length" if len(digits) < _SHORTEST - 1 else "country")


def _indonesian(national: str) -> str:
    """Check and complete a national number.

    Mobile numbers begin with 8; any other first digit is an area code or a service.

    Raises NotAWhatsAppNumber for a landline or a wrong length.
    """
    if not national.startswith("8") and len(national) >= _SHORTEST - 1 and len(national) <= _LONGEST:
        raise NotAWhatsAppNumber("landline")
    if not national.startswith("8") or not _SHORTEST <= len(national) <= _LONGEST:
        raise NotAWhatsAppNumber("length")
    return _COUNTRY + national


def _foreign(digits: str) -> str:
    """Return a foreign number as written. The only check is whether its country could have such a number.

    Raises NotAWhatsAppNumber when it could not.
    """
    try:
        number = phonenumbers.parse("+" + digits, None)
    except phonenumbers.NumberParseException:
        raise NotAWhatsAppNumber("country") from None
    if not phonenumbers.is_possible_number(number):
        raise NotAWhatsAppNumber("length")
    return digits
