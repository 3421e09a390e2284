"""The place of the matter: two places in one text, places elsewhere, and words that are no places, as generated variants."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest

from services.router.routing import decide
from services.router.routing.matters import DATA
from tests.support.router_variants import MATTERS, Want, best, hold

HOMES = ("Saya dari {}, ", "Saya tinggal di {}, ", "saya warga {}. ", "Lewat dari arah {}, ", "Saya pindahan dari {}. ")
REGENCIES = (
    ("Samarinda", "Tenggarong", "Kutai Kartanegara"),
    ("Sangatta", "Bontang", "Bontang"),
    ("Balikpapan", "Penajam", "Penajam Paser Utara"),
    ("Bontang", "Kabupaten Penajam Paser Utara", "Penajam Paser Utara"),
    ("Tanah Grogot", "Kota Samarinda", "Samarinda"),
)


def places() -> Iterator[tuple[str, str | None, Want]]:
    for home, (lives, there, name), one in product(HOMES, REGENCIES, MATTERS[:4]):
        yield f"{home.format(lives)}{one.text} di {there}", None, one.want._replace(to=name)


def test_only_the_place_of_the_matter_counts() -> None:
    hold(places())


def test_two_equal_places_leave_the_regency_open() -> None:
    decision = decide("sampah di perbatasan menumpuk, di Samarinda dan di Tenggarong sama saja")
    assert best(decision)[2] == "pemerintah kabupaten/kota setempat"


def shared_villages() -> list[str]:
    """Return names that villages of several regencies have."""
    regencies: dict[str, set[str]] = defaultdict(set)
    lines = (DATA / "places.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        if row["kind"] == "desa" and row["name"].isalpha():
            regencies[row["name"]].add(row["region"].partition("|")[0])
    return sorted(name for name, found in regencies.items() if len(found) > 1)


def test_a_village_of_several_regencies_names_none() -> None:
    names = shared_villages()
    assert len(names) >= 5
    named = [name for name in names if best(decide(f"sampah menumpuk di desa {name}"))[2].startswith("Pemerintah")]
    assert named == []


AWAY = (
    ("SMAN 1 {} memungut uang komite", Want("province", to="Provinsi Kalimantan Utara")),
    ("Jalan provinsi di {} putus", Want("province", to="Provinsi Kalimantan Utara")),
    ("sampah menumpuk di pasar {}", Want("regency_or_city", to="Pemerintah")),
    ("samsat {} minta biaya tambahan", Want("province", to="Provinsi Kalimantan Utara")),
)


def test_a_known_matter_in_another_province_is_referred_there() -> None:
    towns = ("Tarakan", "Nunukan", "Malinau")
    hold(((text.format(town), None, want) for (text, want), town in product(AWAY, towns)), elsewhere=True)


def test_what_the_centre_does_it_does_in_other_provinces_too() -> None:
    decision = decide("listrik PLN padam seminggu di Tarakan")
    assert (decision.authority, decision.to, decision.elsewhere) == ("centre", "PLN", False)


@pytest.mark.parametrize(
    "words", ["pohon ketapang", "warung nasi padang", "tambang batu bara", "kabar dari orang banjar"]
)
def test_a_word_that_is_also_a_place_elsewhere_is_none(words: str) -> None:
    assert not decide(f"{words} di depan rumah kami mengganggu, mohon ditindak", "Samarinda").elsewhere


def test_the_way_between_two_places_is_not_the_place_of_the_matter() -> None:
    frames = ("Dari {} arah {}, ", "saya lewat dari {} ke {}, ", "jalur dari {} menuju {}, ")
    towns = (("Samarinda", "Tenggarong"), ("Banjarmasin", "Balikpapan"), ("Sangatta", "Bengalon"))
    want = Want("regency_or_city", to="Kutai Kartanegara", topics=("street-light",))
    hold((f"{frame.format(*pair)}lampu jalan di Loa Kulu mati", None, want) for frame, pair in product(frames, towns))
