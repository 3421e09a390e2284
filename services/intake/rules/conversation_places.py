"""The places that a text may name: regencies, cities, kecamatan and villages of Kalimantan Timur. A pure look-up."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from services.intake.rules.vocabulary import NO_NAMES, PROBLEM
from shared.reference import regions

_WORD: Final = re.compile(r"[^\W_]+")
# The most words of a place's name.
_LONGEST: Final = 3
# A village counts by the word before it, for its name alone may be an everyday word.
_VILLAGE: Final = re.compile(
    r"\b(?:desa|kelurahan|kel|kampung|kecamatan|kec)\.?\s+([a-z]{3,}(?:\s+(?:ulu|ilir|seberang))?)"
)
# A name of at least so many letters is recognised with one wrong letter, in a text of at most so many words.
_TYPED: Final = 8
_SHORT: Final = 40
_LONG: Final = 24
# The rows of a list that WhatsApp shows at once.
PAGE: Final = 10


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that a text names. ``region`` is the code of its regency or city, or empty."""

    name: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class RegionNames:
    """A regency or city with its kecamatan. ``short`` fits a row of a list."""

    code: str
    name: str
    short: str
    districts: tuple[str, ...]


@cache
def region_names() -> dict[str, RegionNames]:
    """Return the regencies and cities by code."""
    official = {region.kemendagri_code: region for region in regions()}
    found: dict[str, RegionNames] = {}
    for row in _table()["region"]:
        region = official[row["code"]]
        districts = sorted(_split(row["districts"]) + _split(row.get("words", "")))
        short = region.name if region.kind == "kabupaten" else f"Kota {region.name}"
        name = f"{region.kind.capitalize()} {region.name}"
        found[row["code"]] = RegionNames(row["code"], name, short, tuple(one.title() for one in districts))
    return found


def district_pages(code: str) -> tuple[tuple[str, ...], ...]:
    """Return the kecamatan of a region in pages that leave room for one more row."""
    districts, size = region_names()[code].districts, PAGE - 1
    return tuple(districts[start : start + size] for start in range(0, len(districts), size))


@lru_cache(maxsize=32)
def find_place(text: str) -> NamedPlace | None:
    """Return the most precise place that the text names, or None."""
    plain = text.casefold()
    names, words = _names(), _WORD.findall(plain)
    best: NamedPlace | None = None
    length = 0
    for start in range(len(words)):
        for size in range(min(_LONGEST, len(words) - start), length, -1):
            found = names.get(" ".join(words[start : start + size]))
            if found is not None:
                best, length = found, size
                break
    region = region_names().get(best.region) if best else None
    if best is not None and (region is None or best.name != region.name or len(words) > _SHORT):
        return best
    if best is not None:
        # "Samarnda ulu" names the kecamatan, though "samarnda" alone is known as the city.
        precise = _misspelt(words)
        return precise if precise and precise.region == best.region else best
    village = next((one for one in _VILLAGE.finditer(plain) if _is_name(one[1])), None)
    if village:
        return NamedPlace(village[0].title())
    return _misspelt(words) if len(words) <= _SHORT else None


def _is_name(word: str) -> bool:
    """Return whether a word after "desa" may be its name. "Desa kami" and "kepala desa korupsi" name no village."""
    return word.split(maxsplit=1)[0] not in NO_NAMES and PROBLEM.search(word) is None


def place_of_answer(text: str) -> NamedPlace | None:
    """Return the place that an answer to our question for the place names. A kecamatan needs no word before it then."""
    return find_place(text) or _names().get(f"kecamatan {' '.join(_WORD.findall(text.casefold()))}")


def other_place(text: str, than: str | None) -> NamedPlace | None:
    """Return the place that the text names beside a known one, as in "bukan Melak tapi Tering"."""
    if not than:
        return find_place(text)
    return find_place(re.sub(rf"\b{re.escape(than.casefold())}\b", " ", text.casefold()))


def is_coarser(place: NamedPlace, than: str | None) -> bool:
    """Return whether a place is only the regency or city of the place that we know already."""
    known = find_place(than) if than else None
    region = region_names().get(place.region)
    return known is not None and region is not None and place.name == region.name and known.region == place.region


def _misspelt(words: Sequence[str]) -> NamedPlace | None:
    """Return the regency or kecamatan whose name stands in the words with one wrong letter, or without its blanks."""
    names = _long_names()
    for size in range(_LONGEST, 0, -1):
        for start in range(len(words) - size + 1):
            typed = "".join(words[start : start + size])
            if not _TYPED - 1 <= len(typed) <= _LONG:
                continue
            found = names.get(typed) or next((names[one] for one in _without_one(typed) if one in names), None)
            if found is not None:
                return found
    return None


def without_places(words: Sequence[str]) -> list[str]:
    """Return the words that are no part of a known place's name."""
    names, left, start = _names(), list[str](), 0
    while start < len(words):
        sizes = range(min(_LONGEST, len(words) - start), 0, -1)
        size = next((size for size in sizes if " ".join(words[start : start + size]) in names), 0)
        left += [] if size else [words[start]]
        start += size or 1
    return left


@cache
def _table() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((Path(__file__).parent / "places.toml").read_text(encoding="utf-8"))


@cache
def _names() -> dict[str, NamedPlace]:
    names = {name: NamedPlace(name.title()) for row in _table()["outside"] for name in _split(row["spoken"])}
    for row in _table()["region"]:
        code = row["code"]
        region = region_names()[code]
        for name in _split(row["spoken"]):
            names[name] = NamedPlace(region.name, code)
        for name in (*_split(row["villages"]), *_split(row["districts"])):
            names[name] = NamedPlace(name.title(), code)
        for name in _split(row.get("words", "")):
            for before in ("kecamatan", "kec", "di"):
                names[f"{before} {name}"] = NamedPlace(name.title(), code)
    return names


@cache
def _long_names() -> dict[str, NamedPlace]:
    """Return the long names of regencies and kecamatan without blanks, and each of them without one of its letters."""
    found: dict[str, NamedPlace] = {}
    for row in _table()["region"]:
        for name in (*_split(row["spoken"]), *_split(row["districts"])):
            joined = name.replace(" ", "")
            if len(joined) >= _TYPED:
                for typed in (joined, *_without_one(joined)):
                    found.setdefault(typed, _names()[name])
    return found


def _without_one(word: str) -> list[str]:
    """Return the word without each of its letters but the first."""
    return [word[:place] + word[place + 1 :] for place in range(1, len(word))]


def _split(names: str) -> list[str]:
    return [name for name in " ".join(names.split()).split(", ") if name]
