"""Kinds of errors that real texts showed, each with generated variants: what stands beside the matter must not decide."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

import pytest

from services.router.routing import Decision, decide
from services.router.routing.matters import DATA
from tests.support.router_measure import measure, read_labelled
from tests.support.router_noise import NOISES, noisy


class Want(NamedTuple):
    """The right end of a text. ``to``: a part of the body's name. ``topics``: any of these."""

    authority: str
    opd: str | None = None
    to: str = ""
    topics: tuple[str, ...] = ()


class Matter(NamedTuple):
    text: str
    want: Want


# Matters whose authority the words themselves say.
MATTERS = (
    Matter("sampah menumpuk tidak diangkut seminggu", Want("regency_or_city", topics=("refuse",))),
    Matter("lampu jalan padam sudah tiga malam", Want("regency_or_city", topics=("street-light",))),
    Matter("selokan mampet, air meluap kalau hujan", Want("regency_or_city", topics=("drainage", "flood"))),
    Matter("air pdam tidak mengalir lima hari", Want("regency_or_city", topics=("water-supply",))),
    Matter("parkir liar menutup jalan setiap sore", Want("regency_or_city", topics=("city-traffic",))),
    Matter("guru SMA negeri sering bolos mengajar", Want("province", "disdikbud")),
    Matter("pajak motor di samsat kena denda dua kali", Want("province", "bapenda")),
)


def best(decision: Decision) -> tuple[str | None, str | None, str, str | None, bool]:
    """Return authority, OPD, body and topic of the decision, or of the first candidate before a person."""
    if decision.outcome == "triage":
        if not decision.alternatives:
            return None, None, "", None, False
        first = decision.alternatives[0]
        return first.authority, first.opd, first.to or "", decision.topic or first.topic, decision.elsewhere
    return decision.authority, decision.opd, decision.to or "", decision.topic, decision.elsewhere


def is_wanted(decision: Decision, want: Want, *, elsewhere: bool = False) -> bool:
    authority, opd, to, topic, away = best(decision)
    return (
        authority == want.authority
        and opd == want.opd
        and want.to in to
        and (not want.topics or topic in want.topics)
        and away == elsewhere
    )


def hold(variants: Iterable[tuple[str, str | None, Want]], share: float = 0.95, *, elsewhere: bool = False) -> None:
    """Hold that nearly all variants have the right best candidate, and that automatic ones are hardly ever wrong."""
    tried = [(text, place, want, decide(text, place)) for text, place, want in variants]
    missed = [
        (text, want, best(decision))
        for text, _, want, decision in tried
        if not is_wanted(decision, want, elsewhere=elsewhere)
    ]
    wrong = [
        (text, want, best(decision), decision.probability)
        for text, _, want, decision in tried
        if decision.outcome != "triage" and not is_wanted(decision, want, elsewhere=elsewhere)
    ]
    assert len(missed) <= len(tried) * (1 - share), missed
    assert len(wrong) <= len(tried) * 0.03, wrong


IDENTITIES = (
    "Nama saya Warga Contoh, NIK 6472000000000000. {}",
    "{}. NIK: 6472xxxxxxxxxxxx",
    "(KTP Samarinda) {}",
    "{}. Fotokopi KTP terlampir",
    "Sesuai KTP saya tinggal di sini. {}",
    "{}. KTP dan KK terlampir, no hp 081200001234",
    "No KK 6472000000000000 atas nama Warga Contoh, {}",
)


def test_the_writers_own_identity_is_not_the_matter() -> None:
    hold((frame.format(one.text), None, one.want) for frame, one in product(IDENTITIES, MATTERS))


TOLD = (
    "{}. sudah lapor ke pak RT tapi belum ada tindakan",
    "{}, kelurahan sudah tahu",
    "sudah saya sampaikan ke ketua RT. {}",
    "{}. Kami sudah bilang ke lurah katanya sabar",
    "saya ketua RT 14, {}",
    "{}. warga sudah kerja bakti dua kali",
    "{}, sudah pernah dilaporkan ke kecamatan juga",
    "kata pak RT tunggu saja, padahal {}",
    "{}. perangkat desa juga sudah mengecek kemarin",
    "{}. sudah telpon dinas sosial dan dinas lain",
)


def test_whom_the_writer_told_is_not_the_matter() -> None:
    hold((frame.format(one.text), None, one.want) for frame, one in product(TOLD, MATTERS))


STREETS = (
    *("Jalan Tambak Udang", "Jl. Sawah Lama", "Jalan Koperasi", "jl Pelabuhan", "Jalan Masjid Raya", "Gang Pesantren"),
    *(
        "jalan puskesmas",
        "Jl. Perikanan Darat",
        "JALAN PETERNAKAN",
        "gg. mushola",
        "jalan pendidikan",
        "Jl Polres Lama",
    ),
    *("Jalan Pramuka", "Jl. Rumah Sakit Islam", "bekas kantor Telkomsel", "eks gedung BPJS", "Jalan PDAM"),
)


def test_the_name_of_a_street_or_building_is_not_the_matter() -> None:
    hold((f"{one.text} di {street}", "Samarinda", one.want) for street, one in product(STREETS, MATTERS[:5]))
    hold((f"Warga {street} mengeluh, {one.text}", None, one.want) for street, one in product(STREETS, MATTERS[:5]))


PHRASES = (
    ("banyak yang melanggar protokol kesehatan di kafe", Want("regency_or_city", topics=("order",))),
    ("mau balik nama PBB dari orang tua ke anak", Want("regency_or_city", topics=("local-tax",))),
    ("mengurus surat keterangan ahli waris dipersulit", Want("regency_or_city", topics=("village-service",))),
    ("suami saya di-PHK, mohon bantuan sosial sembako", Want("regency_or_city", topics=("social",))),
    ("sejak kena PHK kami minta bantuan sosial, tiga anak", Want("regency_or_city", topics=("social",))),
    ("SMK libur tanggal 3 sd 14 tanpa pemberitahuan", Want("province", "disdikbud")),
    ("guru SMA tidak masuk dari Senin s.d. Kamis", Want("province", "disdikbud")),
    ("pelayanan samsat tutup jam 10 sd 13 tanpa alasan", Want("province", "bapenda")),
)
FRAMES = (
    "{}",
    "min, {}",
    "Mohon bantuannya pak. {}. Terima kasih",
    "{} 🙏",
    "Yth. Gubernur, {}",
    "{}, tolong ditindak",
)


def test_fixed_phrases_mean_what_they_mean() -> None:
    hold((frame.format(text), None, want) for frame, (text, want) in product(FRAMES, PHRASES))


ANYBODYS = ("kapan pengumuman {} tahun ini", "{} saya belum ada kabar", "mau tanya soal {}", "{} error terus")
OWNERS = ("pemkot", "pemkab", "pemkab Kutim", "pemkot Bontang")


@pytest.mark.parametrize("thing", ["CPNS", "PPPK", "aplikasi perizinan", "website resmi", "aset tanah", "beasiswa"])
def test_what_any_government_has_is_not_sent_to_the_province_by_itself(thing: str) -> None:
    for frame in ANYBODYS:
        bare = decide(frame.format(thing))
        assert bare.outcome != "assign", (frame, bare)
        for owner in OWNERS:
            owned = decide(frame.format(f"{thing} {owner}"))
            assert owned.opd is None, (frame, owner, owned)
    assert decide("pensiun saya lewat Taspen belum cair").opd is None
    assert decide("Bidikmisi saya dicabut kampus").opd is None


VILLAGE = (
    "dana desa dipakai pribadi",
    "kepala desa tidak transparan",
    "pilkades curang",
    "kades memotong BLT dana desa",
)
VILLAGE_FRAMES = ("{}", "{} di desa kami", "mohon diaudit, {}", "Yth. Gubernur Kaltim, {}", "{}, warga takut melapor")


def test_villages_are_the_regencys() -> None:
    variants = product(VILLAGE_FRAMES, VILLAGE, (None, "Kaliorang", "Muara Kaman"))
    hold((frame.format(text), place, Want("regency_or_city", topics=("village",))) for frame, text, place in variants)


SMALL = (
    "bantuan UMKM tidak merata, saya jualan gorengan",
    "bau kandang ayam dekat rumah",
    "tetangga bakar sampah plastik tiap sore",
    "limbah laundry dibuang ke got",
    "speaker masjid terlalu keras sebelum subuh",
    "lapangan voli kelurahan rusak",
    "karang taruna minta alat olahraga",
)


@pytest.mark.parametrize("text", SMALL)
def test_small_matters_of_a_neighbourhood_are_never_the_provinces(text: str) -> None:
    for frame, place in product(FRAMES, (None, "Samarinda", "Penajam")):
        decision = decide(frame.format(text), place)
        assert decision.outcome != "assign", (frame, place, decision)


CAUSES = (
    ("pohon {} mengenai kabel listrik, mohon dipangkas", Want("regency_or_city", topics=("graveyard",))),
    ("ranting pohon {} menyentuh kabel PLN, tolong dipotong", Want("regency_or_city", topics=("graveyard",))),
    ("pdam mati karena PLN padam, {}sudah tiga hari", Want("regency_or_city", topics=("water-supply",))),
    ("air pdam {}tidak mengalir gara-gara listrik mati", Want("regency_or_city", topics=("water-supply",))),
)


def test_the_cause_beside_the_matter_does_not_decide() -> None:
    trees = ("", "mangga ", "besar depan rumah ", "trembesi di jalan kampung ", "yang rimbun ")
    hold((text.format(tree), "Samarinda", want) for (text, want), tree in product(CAUSES[:2], trees))
    hold((text.format(word), "Samarinda", want) for (text, want), word in product(CAUSES[2:], ("", "katanya ", "min ")))


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


WEAK = (
    "ibu dan anak saya menunggu di halte hujan-hujanan",
    "anak kecil bermain di genangan air depan rumah",
    "ibu saya jatuh di trotoar",
    "kami ingin hidup tenang, warga miskin seperti kami butuh penerangan jalan",
    "pemuda nongkrong di jembatan",
)


@pytest.mark.parametrize("text", WEAK)
def test_words_of_daily_life_send_nothing_to_social_women_sport_or_politics(text: str) -> None:
    for frame in FRAMES:
        assert decide(frame.format(text)).opd not in {"dinsos", "uptd-ppa", "dkp3a", "dispora", "kesbangpol", "bpbd"}


def test_noise_hardly_changes_a_decision() -> None:
    rows = [row for name in ("router_blind_a.tsv", "router_blind_b.tsv") for row in read_labelled(name)]
    for name, noise in NOISES.items():
        found = sum(measure(noisy(rows, noise)).values(), Counter())
        assert found["wrong"] <= len(rows) * 0.04, name
        assert found["right"] >= len(rows) * (0.6 if name == "missing blanks" else 0.7), name
        assert found["function_3"] >= found["of"] * 0.9, name


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


@pytest.mark.parametrize("category", ["street-light", "Penerangan Jalan", "Lampu Jalan"])
def test_the_category_of_the_channel_is_evidence(category: str) -> None:
    text = "sudah seminggu begini terus, tolong diperbaiki"
    assert best(decide(text, category=category))[3] == "street-light"
    assert decide(text, category=category).raw > decide(text).raw
