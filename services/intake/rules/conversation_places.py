"""The places that a text may name: regencies, cities, kecamatan and villages of Kalimantan Timur. A pure look-up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from services.intake.rules.vocabulary import NO_NAMES, PROBLEM
from shared.reference import regions
from shared.reference.place_names import NamedPlaces, everyday_names, named_places
from shared.reference.places import places, places_in

_WORD: Final = re.compile(r"[^\W_]+")
# The most words of a place's name, with the word before it.
_LONGEST: Final = 5
# Names of regencies and cities in a chat, beside those that give a code. Some mean something else in other texts.
_SPOKEN: Final = {
    "64.01": ("pasir",),
    "64.02": ("kutai",),
    "64.09": ("ikn", "nusantara"),
    "64.71": ("balikpapn",),
    "64.72": ("smr", "samarnda", "samrinda"),
}
_BEFORE_DISTRICT: Final = ("kecamatan", "kec")
_BEFORE_VILLAGE: Final = ("desa", "kelurahan", "kel", "kampung")
# A village counts by the word before it, for its name alone may be an everyday word.
_VILLAGE: Final = re.compile(
    r"\b(?:desa|kelurahan|kel|kampung|kecamatan|kec)\.?\s+([a-z]{3,}(?:\s+(?:ulu|ilir|seberang))?)"
)
# A name of at least so many letters is recognised with one wrong letter, in a text of at most so many words.
_TYPED: Final = 8
_SHORT: Final = 40
_LONG: Final = 24
# The most words that such a name is written in.
_JOINED: Final = 3
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
    found: dict[str, RegionNames] = {}
    for region in regions():
        code, name = region.kemendagri_code, f"{region.kind.capitalize()} {region.name}"
        short = region.name if region.kind == "kabupaten" else name
        found[code] = RegionNames(code, name, short, tuple(one.name for one in places_in(code)))
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
    for start in (place for place, word in enumerate(words) if word in _firsts()):
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
    for size in range(_JOINED, 0, -1):
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
        sizes = range(min(_LONGEST, len(words) - start), 0, -1) if words[start] in _firsts() else ()
        size = next((size for size in sizes if " ".join(words[start : start + size]) in names), 0)
        left += [] if size else [words[start]]
        start += size or 1
    return left


@cache
def _names() -> dict[str, NamedPlace]:
    """Return the place of every name that counts in a chat. Of places in several regencies none is meant."""
    found = dict[str, NamedPlace]()
    for name, named in named_places().items():
        found |= {spelt: NamedPlace(written, region) for spelt, written, region in _counting(name, named)}
    for code, spoken in _SPOKEN.items():
        found |= {name: NamedPlace(region_names()[code].name, code) for name in spoken}
    return found


@cache
def _firsts() -> frozenset[str]:
    """Return the first words of all names. Most words of a text are none of them."""
    return frozenset(name.split()[0] for name in _names())


def _counting(name: str, named: NamedPlaces) -> Iterator[tuple[str, str, str]]:
    """Yield what a person may write for a name, the place's name and its region.

    An everyday word counts only after a word such as *kecamatan*, and the single word of a village after *desa*.
    """
    if named.outside:
        yield name, name.title(), ""
    for code in named.regions:
        yield name, region_names()[code].name, code
    district = _only_region(named.districts)
    if district is not None:
        code, written = district, _written(name, named.districts)
        everyday = name in everyday_names()
        for before in (*_BEFORE_DISTRICT, "di") if everyday else _BEFORE_DISTRICT:
            yield f"{before} {name}", written, code
        if not everyday:
            yield name, written, code
    village = _only_region(named.villages)
    if village is not None:
        for before in _BEFORE_VILLAGE:
            yield f"{before} {name}", f"{before} {name}".title(), village
        if " " in name and name not in everyday_names() and not named.districts:
            yield name, _written(name, named.villages), village


def _only_region(codes: Sequence[str]) -> str | None:
    """Return the region of the places if all of them lie in one."""
    found = {".".join(code.split(".")[:2]) for code in codes}
    return found.pop() if len(found) == 1 else None


def _written(name: str, codes: Sequence[str]) -> str:
    """Return the official spelling of a name, or the person's own if it differs by more than signs."""
    official = places()[codes[0]].name
    return official if " ".join(_WORD.findall(official.casefold())) == name else name.title()


@cache
def _long_names() -> dict[str, NamedPlace]:
    """Return the long names of regencies and kecamatan without blanks, and each of them without one of its letters."""
    found: dict[str, NamedPlace] = {}
    for name, named in named_places().items():
        joined = name.replace(" ", "")
        if (named.regions or named.districts) and name in _names() and len(joined) >= _TYPED:
            for typed in (joined, *_without_one(joined)):
                found.setdefault(typed, _names()[name])
    return found


def _without_one(word: str) -> list[str]:
    """Return the word without each of its letters but the first."""
    return [word[:place] + word[place + 1 :] for place in range(1, len(word))]
