"""Masks identity and phone numbers in a citizen's text, before anyone but the case's officer reads it.

A text is masked when it is shown, never when it is stored: the officer who handles the case may need the number.
"""

import re

# A NIK, a family card or a driving licence has 16 digits, often written in groups with blanks, dots or dashes.
_SEP = r"[ .\-\u2010-\u2015/]?"
_IDENTITY = re.compile(rf"(?<![\d])(?:\d{_SEP}){{15}}\d(?!\d)")
# Phone numbers of mobiles and landlines: +62…, 62…, 0…, 8–15 digits, grouped in any way.
_PHONE = re.compile(
    rf"(?<![\d+])(?:\+{_SEP}\d|\(?0(?=[\d\- ).]{{6}})|62{_SEP}[2-9])\)?(?:{_SEP}[()]?{_SEP}\d){{6,14}}(?!\d)"
)
_DIGIT = re.compile(r"\d")

IDENTITY_MASK = "[nomor identitas disamarkan]"
PHONE_MASK = "[nomor telepon disamarkan]"


def masked(text: str) -> str:
    """Return the text with words in place of every 16-digit identity number and every phone number."""
    if not _DIGIT.search(text):
        return text
    return _PHONE.sub(PHONE_MASK, _IDENTITY.sub(IDENTITY_MASK, text))


def masked_address(address: str) -> str:
    """Return an address or number in a form that only its owner recognises: `62…123`, `b…@contoh.id`."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}…@{domain}"
    return f"{address[:2]}…{address[-3:]}" if len(address) > 6 else "…"
