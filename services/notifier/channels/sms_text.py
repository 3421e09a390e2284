"""The text of an SMS: characters of the GSM alphabet wherever possible, counted in parts and cut to three of them.

A part has 160 characters of the GSM alphabet or 70 of UCS-2; several joined parts have 153 or 67 each (3GPP TS 23.038).
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

MOST_PARTS: Final = 3
_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Characters that are sent as two.
_EXTENDED: Final = frozenset("^{}\\[~]|€")
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("“”„«»″", '"'),
        **dict.fromkeys("‘’‚′`´", "'"),
        **dict.fromkeys("–—‒―−‐‑", "-"),
        **dict.fromkeys("•·∙", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        "…": "...",
        "×": "x",
        "→": "->",
    }
)
# Pictures, joiners and marks that say nothing a reader of an SMS would miss.
_LEFT_OUT: Final = frozenset({"So", "Sk", "Cf", "Cc", "Mn", "Cs", "Co", "Cn"})


def plain(text: str) -> str:
    """Return the text with the nearest characters of the GSM alphabet. Letters of other scripts stay as they are."""
    found = []
    for sign in text.translate(_PLAIN):
        if sign in _BASIC or sign in _EXTENDED:
            found.append(sign)
            continue
        base = unicodedata.normalize("NFKD", sign)[:1]
        if base in _BASIC:
            found.append(base)
        elif unicodedata.category(sign) not in _LEFT_OUT:
            found.append(sign)
    return "".join(found)


def parts(text: str) -> int:
    """Return how many parts an SMS with this text has."""
    gsm = all(sign in _BASIC or sign in _EXTENDED for sign in text)
    sizes = [(2 if sign in _EXTENDED else 1) if gsm else len(sign.encode("utf-16-le")) // 2 for sign in text]
    alone, joined = (160, 153) if gsm else (70, 67)
    if sum(sizes) <= alone:
        return 1
    count, used = 1, 0
    for size in sizes:
        # A character is never split between two parts.
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count


def sms_text(text: str, choices: Sequence[tuple[str, str]]) -> str:
    """Return the text of an SMS with the answers to choose from as numbered lines.

    A question that words answer, such as SUDAH or PROVINSI, gets no numbers, because a number says nothing there.
    """
    numbered = [title for id_, title in choices if not id_.startswith(("confirm:", "dispute:", "object:", "share:"))]
    lines = [f"{number}. {title}" for number, title in enumerate(numbered, 1)]
    tail = "\n".join([*lines, "Balas dengan angkanya."]) if lines else ""
    return plain("\n".join(part for part in (text, tail) if part))


def fits(text: str) -> bool:
    """Return whether the text goes out whole."""
    return parts(text) <= MOST_PARTS
