"""Signs of misuse in a new complaint. None refuses it: a person looks at it before it goes to an agency."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.intake.state import Contact

# Codes of signs. The router has a label for each.
ROBOT: Final = "robot"
SAME_TEXT: Final = "same_text"
MANY: Final = "many"
LINKS: Final = "links"
# The number of complaints that one contact files within an hour, from which they are suspicious.
MANY_AN_HOUR: Final = 20
_HOUR_MS: Final = 3_600_000
# The number of links to other places than the government's and maps, from which a text is mainly links.
_MANY_LINKS: Final = 3
_MANY_AD_WORDS: Final = 2
_LINK: Final = re.compile(
    r"(?:https?://|www\.)\S+|\b(?:bit\.ly|s\.id|t\.me|wa\.me|linktr\.ee|tinyurl\.com)/\S+", re.IGNORECASE
)
_HARMLESS: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?:[\w.\-]+\.go\.id\b|maps\.app\.goo\.gl/|goo\.gl/maps|maps\.google\.|(?:www\.)?google\.\w+/maps)",
    re.IGNORECASE,
)
# Words of advertisements. Alone they mean nothing: people also complain about them. They count beside a link.
_AD: Final = re.compile(
    r"\b(?:slot|gacor|maxwin|togel|jackpot|scatter|bonus|deposit|depo|promo|diskon|klik|join|gabung|daftar|cuan|pinjol|invest\w*"
    r"|followers?|jual|dijual|ready|order|gratis ongkir|jasa)\b",
    re.IGNORECASE,
)


def signs_in(text: str) -> tuple[str, ...]:
    """Return the sign that a text is mainly links or an advertisement, if it is."""
    links = [found for found in _LINK.findall(text) if not _HARMLESS.match(found)]
    advertises = len({word.casefold() for word in _AD.findall(text)}) >= _MANY_AD_WORDS
    return (LINKS,) if len(links) >= _MANY_LINKS or (links and advertises) else ()


def busy(contact: Contact | None, complaint: UUID) -> tuple[str, ...]:
    """Return the sign that this complaint is at least the twentieth of its contact within an hour.

    The contact's own complaints may already hold this one. Their ids tell when each was made.
    """
    if contact is None or contact.channel == "webhook":
        return ()
    made = sorted(_made_ms(key) for key in {*contact.complaints, complaint})
    return (MANY,) if len(made) >= MANY_AN_HOUR and made[-1] - made[-MANY_AN_HOUR] < _HOUR_MS else ()


def together(*signs: Iterable[str]) -> tuple[str, ...]:
    """Return all the signs, each once, in a fixed order."""
    return tuple(sorted({sign for some in signs for sign in some}))


def _made_ms(key: UUID) -> int:
    """Return the time in an id (UUIDv7), in milliseconds."""
    return key.int >> 80
