"""The gazetteer: the regency or city of a place name, whether the place lies in the IKN, and places elsewhere."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from services.router.routing.matters import DATA
from shared.reference import regions

IKN_DISTRICT = "Sepaku"
# What people call provinces and cities elsewhere beside their names in `elsewhere.csv`.
SPOKEN_ELSEWHERE = {
    "Kalimantan Selatan": "kalsel",
    "Kalimantan Utara": "kaltara, tanjung selor, nunukan, sebatik",
    "Kalimantan Tengah": "kalteng, palangkaraya, palangka raya",
    "Kalimantan Barat": "kalbar",
    "Sulawesi Selatan": "sulsel",
    "Sulawesi Tengah": "sulteng",
    "Sulawesi Barat": "sulbar",
    "Jawa Timur": "jatim",
    "Jawa Barat": "jabar",
    "Jawa Tengah": "jateng",
    "Daerah Istimewa Yogyakarta": "jogja, jogjakarta",
    "Daerah Khusus Ibukota Jakarta": "jakarta, dki jakarta",
}
# Phrases with the name of a place elsewhere that mean none.
NO_PLACES = (
    "selat makassar, nasi padang, rumah makan padang, soto lamongan, soto banjar, bakso malang, tahu sumedang, "
    "pempek palembang, martabak bangka, bahasa banjar, suku banjar, orang banjar, sate madura, bubur bandung, "
    "dodol garut, bolu bogor, asinan bogor, tahu kediri, nasi liwet solo, gudeg jogja, universitas jember"
)
# Names elsewhere of one word count alone if they are long, and no word or name that people use for something else.
LONG = 6
_SHORT_ELSEWHERE = frozenset(["bogor", "depok", "garut", "jambi", "kudus", "tuban", "blora", "papua", "aceh"])
_NOT_ELSEWHERE = frozenset(
    [
        *("banjar", "batang", "landak", "malang", "padang", "serang", "sorong", "puncak", "kuningan", "rembang"),
        *(
            "merangin",
            "malaka",
            "pesawaran",
            "kampar",
            "balangan",
            "sintang",
            "kepahiang",
            "lembata",
            "kotabaru",
            "ketapang",
        ),
        *("batu bara", "gunung mas", "pulau morotai", "kota baru", "tanah laut", "tanah datar", "lima puluh kota"),
        *("pulau pisau", "tanah bumbu", "pakpak bharat", "puncak jaya", "bener meriah", "muara enim", "empat lawang"),
    ]
)
ALIASES = {
    "Kabupaten Paser": "paser, kabupaten paser, grogot, pasir, tanah grogot",
    "Kabupaten Kutai Kartanegara": "kukar, kutai kartanegara, kab kukar, kabupaten kukar, tenggarong, kutai, kutai karta negara",
    "Kabupaten Berau": "berau, kabupaten berau, tanjung redeb",
    "Kabupaten Kutai Barat": "kubar, kutai barat, kabupaten kubar, sendawar",
    "Kabupaten Kutai Timur": "kutim, kutai timur, kabupaten kutim, sangatta, sangata, sanggata",
    "Kabupaten Penajam Paser Utara": (
        "ppu, penajam paser utara, kabupaten penajam paser utara, kab penajam paser utara, kabupaten ppu, penajam, "
        "kabupaten penajam"
    ),
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

    ``region``: its regency or city, "" if several share the name, or if the place is a province.
    ``ikn``: it lies in the IKN. ``province``: the province, if it is another one.
    """

    name: str
    region: str
    ikn: bool = False
    province: str = ""


@cache
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
    """Yield (phrase, place). The most general places of the province come last, so that they win."""
    yield from _elsewhere()
    regions_of: dict[str, set[str]] = defaultdict(set)
    ikn: dict[str, bool] = {}
    for row in _table("places.csv"):
        region, _, district = row["region"].partition("|")
        inside = IKN_DISTRICT in (district, row["name"].capitalize() if row["kind"] == "kecamatan" else "")
        for phrase in _spoken(row["name"], row["kind"]):
            regions_of[phrase].add(_official(region))
            ikn[phrase] = ikn.get(phrase, True) and inside
    for phrase, found in regions_of.items():
        one = next(iter(found)) if len(found) == 1 else ""
        yield phrase, NamedPlace(phrase.title(), one, ikn[phrase] and bool(one))
    for region, names in ALIASES.items():
        for name in names.split(", "):
            yield name, NamedPlace(_official(region), region)


def words_elsewhere() -> set[str]:
    """Return the words of the names of places elsewhere."""
    return {word for phrase, _ in _elsewhere() for word in phrase.split()}


def _table(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def _elsewhere() -> Iterator[tuple[str, NamedPlace]]:
    """Yield the regencies, cities and provinces of the rest of the country. A name of several of these has no region."""
    for row in _table("elsewhere.csv"):
        name, kind = row["name"], row["kind"]
        region = "" if kind == "provinsi" else f"{kind.capitalize()} {name.title()}"
        place = NamedPlace(region or name.title(), region, province=row["province"])
        if kind != "provinsi":
            yield f"{kind} {name}", place
        alone = len(name) >= LONG or name in _SHORT_ELSEWHERE
        if (" " in name and name not in _NOT_ELSEWHERE) or (alone and name not in _NOT_ELSEWHERE):
            yield name, place
    for province, names in SPOKEN_ELSEWHERE.items():
        for name in names.split(", "):
            yield name, NamedPlace(name.title(), "", province=province)
