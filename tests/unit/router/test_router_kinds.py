"""Kinds of errors that real texts showed, each with generated variants: what stands beside the matter must not decide."""

from itertools import product

import pytest

from services.router.routing import decide
from tests.support.router_variants import MATTERS, Want, best, hold

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


@pytest.mark.parametrize("category", ["street-light", "Penerangan Jalan", "Lampu Jalan"])
def test_the_category_of_the_channel_is_evidence(category: str) -> None:
    text = "sudah seminggu begini terus, tolong diperbaiki"
    assert best(decide(text, category=category))[3] == "street-light"
    assert decide(text, category=category).raw > decide(text).raw


VICTIMS = ("istrinya", "suaminya", "anaknya", "ibu tiri", "tetangga saya")
ENDINGS = (
    ("dipukulin", "dipukuli"),
    ("mukulin", "memukuli"),
    ("dibuangin", "dibuangkan"),
    ("dipotongin", "dipotongi"),
    ("dimintain", "dimintai"),
)
TALK = (
    "tiap malam {} {}, kami takut",
    "tolong pak, {} sama {} sampai nangis",
    "sudah seminggu {} terus oleh {}",
)


def test_an_ending_as_people_talk_means_what_the_written_one_means() -> None:
    for frame, (spoken, written), victim in product(TALK, ENDINGS, VICTIMS):
        said, plain = decide(frame.format(spoken, victim)), decide(frame.format(written, victim))
        assert (said.outcome, said.opd, said.to) == (plain.outcome, plain.opd, plain.to), (spoken, victim)


OWN_AGENCIES = (
    ("dinas peternakan", "sapi bantuan sakit semua"),
    ("dinas pertanian", "traktor bantuan tidak pernah datang"),
    ("dinas pariwisata", "tempat wisata kotor"),
    ("dinas perikanan kelautan", "benih ikan bantuan mati"),
    ("dinas lingkungan hidup", "limbah pabrik tahu bau"),
)
NAMING = ("{1} dari {0} {2}", "{0} {2} kok diam saja, {1}", "program {0} {2} tidak jelas, {1}")


@pytest.mark.parametrize("level", ["kabupaten", "kota", "kab"])
def test_the_agency_of_a_regency_is_not_the_provinces(level: str) -> None:
    for frame, (agency, matter) in product(NAMING, OWN_AGENCIES):
        decision = decide(frame.format(agency, matter, level))
        assert decision.outcome != "assign", (frame, agency, decision.opd)
