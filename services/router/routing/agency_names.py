"""The match of an agency name from another system with an OPD: by full or short name, else by the words people use."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from services.router.routing.lexicon import lexicon
from services.router.routing.text_scan import scan_text
from shared.reference import opds

_PROVINCE: Final = re.compile(
    r"\b(?:pemerintah\s+(?:daerah\s+)?)?prov(?:insi|\.)?\s+(?:kalimantan timur|kaltim)\b|\bkal(?:imantan )?tim(?:ur)?\b"
)
_REGENCY: Final = re.compile(r"\b(?:kota|kab|kabupaten|kementerian|kemenko|otorita|kecamatan|kelurahan|desa)\b")


def find_agency(name: str | None) -> str | None:
    """Return the code of the OPD that a name means. Return None if it means none, or may mean several."""
    if not name:
        return None
    plain = _plain(name)
    found = _table().get(plain)
    if found is not None or _REGENCY.search(plain):
        return found
    codes = {code for code in scan_text(lexicon(), name, None).agencies if code in opds()}
    return codes.pop() if len(codes) == 1 else None


def _plain(name: str) -> str:
    """Return a name in lower case, without the name of the province, brackets and punctuation."""
    without = _PROVINCE.sub(" ", re.sub(r"\([^)]*\)", " ", name.casefold()))
    return " ".join(re.sub(r"[^\w ]", " ", without).split())


@cache
def _table() -> dict[str, str]:
    """Return the code of each OPD by its plain full name and short name."""
    return {_plain(words): code for code, one in opds().items() for words in (one.name, one.short_name)}
