"""The gazetteer of Kalimantan Timur: the regency or city of a place name, and whether the place lies in the IKN."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from services.router.routing.matters import DATA
from shared.reference import regions

IKN_DISTRICT = "Sepaku"
OUTSIDE = (
    "banjarmasin, banjarbaru, kalsel, kalimantan selatan, kaltara, kalimantan utara, tarakan, nunukan, malinau, "
    "kalteng, kalimantan tengah, palangkaraya, pontianak, kalbar, "
    "kalimantan barat, surabaya, bandung, bekasi, tangerang, depok, "
    "makassar, jawa timur, jawa barat, jawa tengah, yogyakarta, semarang, medan, sulawesi selatan, tanjung selor"
)
ALIASES = {
    "Kabupaten Paser": "paser, kabupaten paser, grogot, pasir, tanah grogot",
    "Kabupaten Kutai Kartanegara": "kukar, kutai kartanegara, kab kukar, kabupaten kukar, tenggarong, kutai, kutai karta negara",
    "Kabupaten Berau": "berau, kabupaten berau, tanjung redeb",
    "Kabupaten Kutai Barat": "kubar, kutai barat, kabupaten kubar, sendawar",
    "Kabupaten Kutai Timur": "kutim, kutai timur, kabupaten kutim, sangatta, sangata, sanggata",
    "Kabupaten Penajam Paser Utara": "ppu, penajam paser utara, kabupaten ppu, penajam, kabupaten penajam",
    "Kabupaten Mahakam Ulu": "mahulu, mahakam ulu, kabupaten mahulu, mahakam hulu, ujoh bilang",
    "Kota Balikpapan": "balikpapan, kota balikpapan",
    "Kota Samarinda": "samarinda, kota samarinda",
    "Kota Bontang": "bontang, kota bontang",
}
# Names of kecamatan and villages that are also everyday words.
_WORDS = frozenset(["damai", "sambutan", "waru", "telen", "tering", "kelay", "bandara", "jawa", "mesjid", "pelita"])
# Multi-word village names that are also everyday phrases.
_PHRASES = frozenset(
    (
        "air hitam",
        "air putih",
        "tanah merah",
        "pasar pagi",
        "harapan baru",
        "simpang tiga",
        "sungai pinang",
        "batu putih",
    )
)


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place that a text may name.

    ``region``: its regency or city, "" if several share the name.
    ``ikn``: it lies in the IKN. ``outside``: it lies outside the province.
    """

    name: str
    region: str
    ikn: bool = False
    outside: bool = False


def _official(region: str) -> str:
    """Return the name of a region. Raise ValueError if it is no regency or city of the province."""
    known = {f"{entry.kind.capitalize()} {entry.name}" for entry in regions()}
    if region not in known:
        raise ValueError(f"{region} is no regency or city of the province")
    return region


def _spoken(name: str, kind: str) -> Iterator[str]:
    """Yield the ways in which a place is written.

    A village name that may be a common word or phrase counts only after "desa", "kelurahan" or "kampung".
    Every name of one word is such a name.
    """
    if kind == "kecamatan":
        yield f"kecamatan {name}"
        if name not in _WORDS and name not in _PHRASES:
            yield name
        return
    for word in ("desa", "kelurahan", "kampung"):
        yield f"{word} {name}"
    if " " in name and name not in _PHRASES:
        yield name


def load() -> Iterator[tuple[str, NamedPlace]]:
    """Yield (phrase, place). The most general places come last, so that they win."""
    regions_of: dict[str, set[str]] = defaultdict(set)
    ikn: dict[str, bool] = {}
    with (DATA / "places.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            region, _, district = row["region"].partition("|")
            inside = IKN_DISTRICT in (district, row["name"].capitalize() if row["kind"] == "kecamatan" else "")
            for phrase in _spoken(row["name"], row["kind"]):
                regions_of[phrase].add(_official(region))
                ikn[phrase] = ikn.get(phrase, True) and inside
    for phrase, found in regions_of.items():
        one = next(iter(found)) if len(found) == 1 else ""
        yield phrase, NamedPlace(phrase.title(), one, ikn[phrase] and bool(one))
    for name in OUTSIDE.split(", "):
        yield name, NamedPlace(name.title(), "", outside=True)
    for region, names in ALIASES.items():
        for name in names.split(", "):
            yield name, NamedPlace(_official(region), region)
