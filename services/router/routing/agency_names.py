"""The match of an agency name from another system with an OPD: by full or short name, else by the words people use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from services.router.routing.lexicon import lexicon
from services.router.routing.text_scan import scan_text
from shared.reference import in_force
from shared.reference.registry import Table

_PROVINCE: Final = re.compile(
    r"\b(?:pemerintah\s+(?:daerah\s+)?)?prov(?:insi|\.)?\s+(?:kalimantan timur|kaltim)\b|\bkal(?:imantan )?tim(?:ur)?\b"
)
_REGENCY: Final = re.compile(r"\b(?:kota|kab|kabupaten|kementerian|kemenko|otorita|kecamatan|kelurahan|desa)\b")


def find_agency(name: str | None) -> str | None:
    """Return the code of the OPD that a name means. Return None if it means none, or may mean several.

    An OPD that was merged means the one that took over its work.
    """
    return _find(name, in_force()) if name else None


# The rules ask of every case that another system has, at every event. A table is compared by identity.
@lru_cache(maxsize=1_024)
def _find(name: str, table: Table) -> str | None:
    plain = _plain(name)
    found = _names(table).get(plain)
    if found is not None or _REGENCY.search(plain):
        return table.standing(found)
    codes = {code for named in scan_text(lexicon(), name, None).agencies if (code := table.standing(named))}
    return codes.pop() if len(codes) == 1 else None


def _plain(name: str) -> str:
    """Return a name in lower case, without the name of the province, brackets and punctuation."""
    without = _PROVINCE.sub(" ", re.sub(r"\([^)]*\)", " ", name.casefold()))
    return " ".join(re.sub(r"[^\w ]", " ", without).split())


@lru_cache(maxsize=1)
def _names(table: Table) -> dict[str, str]:
    """Return the code of each OPD by its plain full names and short names. Other systems use a former name for long."""
    rows = sorted(table.registry.opds, key=lambda row: row.first)
    return {_plain(words): row.code for row in rows for words in (row.name, row.short_name)}
