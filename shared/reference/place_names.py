"""The place that a text names, as an official code. A pure look-up that prefers no code to a wrong one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from shared.reference import regions
from shared.reference.places import places

# Longer texts are read up to here.
_READ: Final = 4_000
_LONGEST: Final = 5
_PROVINCE: Final = "64"
# Common names of the regencies and cities beside the official ones. "kutai", "pasir" and "ikn" may mean something else.
_SPOKEN: Final = {
    "64.01": "grogot, tana paser",
    "64.02": "kukar, kutai karta negara",
    "64.03": "tanjung redep",
    "64.07": "kubar, sendawar",
    "64.08": "kutim, sangatta, sangata, sanggata",
    "64.09": "ppu, penajam",
    "64.11": "mahulu, mahakam hulu",
    "64.71": "bpp, balikpapan kota",
    "64.72": "smd, samarinda kota",
    "64.74": "btg",
}
# Names of kecamatan as people write them, beside the official ones.
_SPOKEN_DISTRICTS: Final = {"kongbeng": "64.08.08"}
_OUTSIDE: Final = (
    "banjarmasin, banjarbaru, kalsel, kalimantan selatan, kaltara, kalimantan utara, tarakan, nunukan, malinau, "
    "tanjung selor, kalteng, palangkaraya, pontianak, makassar, surabaya, jakarta"
)
# Names of kecamatan and villages that are everyday words as well. They count only after a word such as "desa".
_EVERYDAY: Final = (
    "damai, sambutan, waru, telen, tering, kelay, sandaran, karangan, batu putih, batu ampar, sungai pinang, air hitam, "
    "air putih, mata air, tanah merah, tanah abang, tanah datar, pasar pagi, harapan baru, harapan jaya, harapan maju, "
    "simpang tiga, simpang raya, kampung baru, kampung lama, suka maju, suka damai, rukun damai, mekar baru, mekar jaya, "
    "makmur jaya, karya jaya, bumi jaya, karang anyar, pantai harapan, pulau harapan, bukit harapan"
)
_VILLAGE_MARKS: Final = frozenset(("desa", "ds", "kelurahan", "kel", "kampung", "kp"))
_DISTRICT_MARKS: Final = frozenset(("kecamatan", "kec"))
# A street is often named after a place that it does not lie in.
_STREETS: Final = frozenset(("jalan", "jl", "jln", "gang", "gg"))
_DOT: Final = re.compile(r"\b(ds|kel|kp|kec|kab|jl|jln|gg)\.", re.IGNORECASE)
_PARTS: Final = re.compile(r"[,;:.()/\n]+")
_WORD: Final = re.compile(r"[^\W_]+")
_Codes = frozenset[str]


@dataclass(frozen=True, slots=True)
class NamedPlaces:
    """The places that share a name, by their level."""

    regions: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    outside: bool = False


def place_code_of(place: str | None, text: str) -> str | None:
    """Return the code of the most precise place that the words name, or None.

    ``place`` is what the citizen wrote as the place, ``text`` everything else. Names that contradict each other give no
    code, and neither does a name that places in several regencies share.
    """
    named = list(_mentions(place or "", whole=True))
    code = _resolve(named)
    more = list(_mentions(text[:_READ], whole=False))
    return _resolve([*named, *more]) or code


def _resolve(mentions: Sequence[_Codes]) -> str | None:
    """Return the most precise place that agrees with every mention. If several do, return the place that holds them."""
    fitting = {code for codes in mentions for code in codes if all(_holds(other, code) for other in mentions)}
    if not fitting:
        return None
    precise = (code for code in fitting if not any(one.startswith(f"{code}.") for one in fitting))
    common = list[str]()
    for same in zip(*(code.split(".") for code in precise), strict=False):
        if len(set(same)) > 1:
            break
        common.append(same[0])
    code = ".".join(common)
    return None if code == _PROVINCE else code


def _holds(codes: _Codes, code: str) -> bool:
    return any(code == one or code.startswith(f"{one}.") for one in codes)


def _mentions(text: str, *, whole: bool) -> Iterator[_Codes]:
    """Yield the codes that each named place may mean. In a field for the place, a part alone names a village."""
    for part in _PARTS.split(_DOT.sub(r"\1 ", text.casefold().replace("'", ""))):
        words = _WORD.findall(part)
        start, street_until = 0, 0
        while start < len(words):
            word = words[start]
            if word in _STREETS:
                street_until = start + 1
            size, codes = _longest(words, start, alone=whole) if word in _firsts() else (1, None)
            if codes is not None and street_until == start and start:
                # A street may be named after two places, as the road from Samarinda to Bontang.
                street_until += size
            elif codes is not None:
                yield codes
            start += size


def _longest(words: Sequence[str], start: int, *, alone: bool) -> tuple[int, _Codes | None]:
    """Return the number of words to step over, and the codes of the name that they are, if they are one."""
    before = words[start - 1] if start else ""
    for size in range(min(_LONGEST, len(words) - start), 0, -1):
        name = " ".join(words[start : start + size])
        named = named_places().get(name)
        if named is None:
            continue
        codes = _meant(named, name, before, alone=alone and len(words) == size)
        if codes is not None:
            return size, codes
    return 1, None


def _meant(named: NamedPlaces, name: str, before: str, *, alone: bool) -> _Codes | None:
    """Return the codes that a name means after the word before it, or None if it names no place there."""
    if named.outside:
        return frozenset()
    if before in _VILLAGE_MARKS:
        return frozenset(named.villages) or None
    if before in _DISTRICT_MARKS:
        return frozenset(named.districts) or None
    if named.regions:
        return frozenset(named.regions)
    if name in everyday_names() and not alone:
        return None
    # A kecamatan often has a village of its own name. The bare name then means the kecamatan.
    villages = {one for one in named.villages if one.rpartition(".")[0] not in named.districts}
    clear = alone or named.districts or " " in name
    return frozenset((*named.districts, *villages)) if clear and (named.districts or villages) else None


@cache
def everyday_names() -> frozenset[str]:
    """Return the names of kecamatan and villages that are everyday words as well."""
    return frozenset(_EVERYDAY.split(", "))


@cache
def _firsts() -> frozenset[str]:
    """Return the first words of all names. Most words of a text are none of them."""
    return frozenset(name.split()[0] for name in named_places())


@cache
def named_places() -> dict[str, NamedPlaces]:
    """Return the places of every name, as people write it: in lower case and without signs."""
    found: dict[str, dict[str, list[str]]] = {}

    def add(name: str, level: str, code: str) -> None:
        words = " ".join(_WORD.findall(name.casefold().replace("'", "")))
        spellings = {words}
        if words.startswith("sungai "):
            spellings.add(f"sei {words.removeprefix('sungai ')}")
        if words.startswith("paser "):
            spellings.add(f"pasir {words.removeprefix('paser ')}")
        for spelling in spellings:
            found.setdefault(spelling, {}).setdefault(level, []).append(code)

    for region in regions():
        code = region.kemendagri_code
        for name in (region.name, f"{region.kind} {region.name}", *_SPOKEN[code].split(", ")):
            add(name, "regions", code)
    for name, code in _SPOKEN_DISTRICTS.items():
        add(name, "districts", code)
    for code, one in places().items():
        if code.count(".") > 1:
            add(one.name, "villages" if code.count(".") > 2 else "districts", code)
    names = {
        name: NamedPlaces(tuple(of.get("regions", ())), tuple(of.get("districts", ())), tuple(of.get("villages", ())))
        for name, of in found.items()
    }
    return {name: NamedPlaces(outside=True) for name in _OUTSIDE.split(", ")} | names
