"""Kinds of errors that a blind set of Kaltim complaints showed, each with generated variants."""

import random
from collections import Counter
from itertools import product

from deploy.make_prior import REGENCY, read_source
from services.router.routing import decide
from services.router.routing.deciding import CLEAR, kind_of
from tests.support.router_variants import MATTERS, Want, best, hold

FIRST = ("Jalan Sekolahan", "Jl. Pelabuhan", "jln Masjid Raya", "Jalan Tambak Udang")
SECOND = ("gang Puskesmas Lama", "Gg. Perikanan", "gg Sapi Kereman", "gang Pasar Ikan")


def test_the_name_of_an_alley_behind_a_street_is_not_the_matter() -> None:
    frames = ("Saya warga {}, {}", "{}: {}", "di {} ada masalah, {}")
    hold(
        (frame.format(f"{street} {alley}", one.text), None, one.want)
        for frame, street, alley, one in product(frames, FIRST, SECOND, MATTERS[:4])
    )


SENT = ("dirujuk ke {}", "disuruh ke {}", "harus ke {} naik mobil", "barangnya dikirim ke {}")


def test_whither_one_is_sent_is_not_the_place_of_the_matter() -> None:
    for frame, place in product(SENT, ("Samarinda", "Balikpapan", "Nunukan")):
        decision = decide(f"Puskesmas kami kehabisan obat, pasien {frame.format(place)}")
        _, _, to, topic, away = best(decision)
        assert (topic, away) == ("puskesmas", False), (frame, place)
        assert place not in to


def test_where_somebody_lives_is_not_the_place_of_the_matter() -> None:
    for home, place in product(("Balikpapan", "Bontang"), ("Kuaro", "Long Kali")):
        text = f"Kepala desa kami tidak pernah masuk kantor, tinggalnya di {home}"
        assert "Paser" in best(decide(text, place))[2], (home, place)


PLIGHTS = (
    "suami saya meninggal karena kecelakaan kerja",
    "bapak lumpuh sejak jatuh dari tambang",
    "ayah meninggal dunia akibat dipukul preman",
    "saya janda sejak suami dirampok",
)
ASKS = ("mohon bantuan sosial", "kami tidak pernah dapat PKH", "nama kami dicoret dari BPNT", "mohon diusulkan bansos")


def test_what_befell_the_writer_is_not_the_matter() -> None:
    want = Want("regency_or_city", topics=("social",))
    hold((f"{plight}. {ask}", None, want) for plight, ask in product(PLIGHTS, ASKS))
    # Without a wish for help the same words are the matter.
    assert best(decide("Teman saya meninggal karena kecelakaan kerja, perusahaan diam saja"))[1] == "disnakertrans"


def test_the_business_of_a_village_is_the_villages() -> None:
    bodies = ("BUMDes", "Badan Usaha Milik Desa", "bumkam", "dana kampung", "perangkat desa")
    deeds = ("menjual sapi bantuan", "mengelola pupuk", "tambak ikannya tidak jelas", "meminjamkan modal usaha")
    want = Want("regency_or_city", topics=("village",))
    hold((f"{body} {deed}, laporannya tidak pernah dibuka", None, want) for body, deed in product(bodies, deeds))


FORMAL = (
    ("pelayanan perusahaan daerah air minum", "regency_or_city", "water-supply"),
    ("pelayanan perusahaan umum daerah air minum", "regency_or_city", "water-supply"),
    ("kinerja Badan Usaha Milik Desa", "regency_or_city", "village"),
    ("penyaluran Program Keluarga Harapan", "regency_or_city", "social"),
    ("penyaluran bantuan pangan non tunai", "regency_or_city", "social"),
    ("pengangkatan pegawai negeri sipil di lingkungan pemerintah kabupaten", "regency_or_city", "staff"),
    ("pelaksanaan surat keterangan tanah di kecamatan", "regency_or_city", "village-service"),
)
LETTERS = (
    "Dengan hormat, melalui surat ini kami menyampaikan keberatan atas {}. Demikian, atas perhatiannya terima kasih.",
    "Perihal: pengaduan. Bersama ini kami laporkan {} yang mengecewakan. Tembusan: Gubernur Kalimantan Timur.",
    "Yang bertanda tangan di bawah ini menyampaikan keluhan tentang {}, mohon ditindaklanjuti.",
)


def test_letters_that_write_full_names_are_read_as_short_ones() -> None:
    hold(
        (letter.format(name), None, Want(authority, topics=(topic,)))
        for letter, (name, authority, topic) in product(LETTERS, FORMAL)
    )


def test_terse_and_talkative_writers_mean_the_same() -> None:
    """Words of the manner must not outweigh a plain word of the tables."""
    talk = "padahal katanya gratis, tapi kami diminta {} juta oleh petugasnya, katanya sudah begitu dari dulu"
    for thing, amount in product(("kuburan umum", "lahan makam", "bak sampah", "parit depan rumah"), (1, 4, 12)):
        decision = decide(f"Soal {thing}, {talk.format(amount)}")
        kinds = {kind_of(one.topic or "") for one in decision.alternatives} | {kind_of(decision.topic or "")}
        assert {"environment", "works"} & kinds, (thing, kinds)


def test_one_house_in_danger_is_not_the_provinces_and_a_flood_that_people_flee_is() -> None:
    for part, harm in product(("Tebing belakang rumah kami", "Dapur rumah saya"), ("longsor", "tertimbun longsor")):
        assert best(decide(f"{part} {harm}, mohon terpal"))[0] == "regency_or_city", (part, harm)
    for people, depth in product(("warga", "lima keluarga"), ("dua meter", "sampai atap")):
        assert best(decide(f"Banjir bandang {depth}, {people} mengungsi dan butuh perahu karet"))[1] == "bpbd"


def test_candidates_of_an_open_text_are_of_several_kinds_of_agencies() -> None:
    source, draw = read_source(REGENCY), random.Random(14)
    words = [word for word in source.words if " " not in word]
    same: Counter[bool] = Counter()
    for _ in range(150):
        decision = decide(" ".join(draw.sample(words, 8)))
        if (
            decision.outcome != "triage"
            or len(decision.alternatives) < 3
            or decision.alternatives[0].probability > CLEAR
        ):
            continue
        kinds = [kind_of(one.topic or "") for one in decision.alternatives]
        same[len(set(kinds)) == len(kinds)] += 1
    assert same[True] > 20
    assert same[True] >= 0.7 * sum(same.values())
