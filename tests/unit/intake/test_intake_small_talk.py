"""Cries for help, questions, small talk and wishes about our messages, and what only looks like them."""

import pytest

from services.intake.rules.conversation_danger import is_acute, is_urgent
from services.intake.rules.conversation_information import asks_hours, asks_information
from services.intake.rules.destination import small_talk
from services.intake.rules.intents import find_keyword, find_opt, wants_anonymity


@pytest.mark.parametrize(
    "text",
    ["kebakaran!!", "banjir bandang", "tolong kecelakaan", "KEBAKARAN DI PALARAN", "ada orang tenggelam", "gempa",
     "tanah longsor", "min tolong banjir bandang di desa kami cepat"],
)  # fmt: skip
def test_a_cry_for_help_goes_out_at_once(text: str) -> None:
    assert is_urgent(text)


@pytest.mark.parametrize(
    "text",
    [
        "rawan kecelakaan",
        "jalan longsor",
        "sering kecelakaan di tikungan ini",
        "mobil pemadam kebakaran di kecamatan kami rusak",
        "mau tanya alat kebakaran kantor berapa biayanya",
        "tolong",
        "banjir",
    ],
)
def test_what_tells_of_no_danger_now_waits_for_its_place(text: str) -> None:
    assert not is_urgent(text)


@pytest.mark.parametrize(
    "text",
    [
        "cara bikin ktp baru gmn ya?",
        "min syarat urus NIB apa aja?",
        "samsat tenggarong buka jam berapa hari sabtu?",
        "bayar pajak motor 5 tahunan harus bawa apa aja ya",
        "kantor gubernur alamatnya di mana?",
        "berapa biaya balik nama motor",
    ],
)
def test_a_question_asks_for_information(text: str) -> None:
    assert asks_information(text)


@pytest.mark.parametrize(
    "text",
    [
        "urus ktp kok lama sekali sudah 3 bulan",
        "kapan jalan depan kantor desa diperbaiki?",
        "bagaimana ini kantor desa tutup terus",
        "ktp saya mau pindah alamat di Sepaku susah",
        "PNS bolos kerja tiap hari nongkrong di warkop jam kantor",
        "bikin paspor kuota online habis terus tiap jam 12",
        "saya mau lapor, cara urus izinnya dipersulit",
        "pak izin bertanya",
        "itu yang di depan kantor camat gimana kelanjutannya",
        "halo",
    ],
)
def test_a_story_of_bad_service_is_no_question(text: str) -> None:
    assert not asks_information(text)


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("sampai mana aduan saya", "status"),
        ("gmn kabarnya laporan kmrn", "status"),
        ("sudah diproses belum laporanku?", "status"),
        ("update laporan saya min", "status"),
        ("progres aduan sampai mana?", "status"),
        ("laporan saya kok belum ada kabar ya", "status"),
        ("halo min mau tanya laporan saya sudah sampai mana ya", "status"),
        ("laporan saya tidak ditanggapi petugas", None),
        ("ada orang gak", "greeting"),
        ("min masih aktif ga", "greeting"),
        ("<Media tidak disertakan>", "greeting"),
        ("Pesan suara (0:12)", "greeting"),
        ("pesan suara warga diabaikan lurah", None),
    ],
)
def test_small_talk_in_other_words(text: str, talk: str | None) -> None:
    assert small_talk(text) == talk


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("jangan kirim pesan lagi ya", "out"),
        ("stop kirim pesan", "out"),
        ("berhenti kirimi saya notif", "out"),
        ("mulai lagi pak", "in"),
        ("jangan kirim", None),
        ("stop truk lewat jalan kami", None),
        ("mulai kemarin lampu mati", None),
        ("", None),
    ],
)
def test_a_wish_about_our_messages(text: str, way: str | None) -> None:
    assert find_opt(text) == way


def test_keywords_and_anonymity_in_other_words() -> None:
    assert find_keyword("cabut laporan saya pak") == "cancel"
    assert find_keyword("batalin aja min") == "cancel"
    assert find_keyword("batalkan izin tambang") is None
    assert wants_anonymity("tolong rahasiakan nama saya")
    assert wants_anonymity("identitas saya mohon dirahasiakan")
    assert not wants_anonymity("nama saya Budi")


def test_what_another_trouble_has_caused_is_no_danger_of_its_own() -> None:
    assert is_acute("ada kebakaran di belakang pasar")
    assert is_acute("tolong kecelakaan")
    assert not is_acute("sudah ada yang kecelakaan karena gelap")


def test_a_question_about_a_service_that_is_closed_on_the_web_asks_for_no_hours() -> None:
    assert not asks_hours("kapan pendaftaran pelatihan menjahit BLK dibuka lagi? mau ikut tp web tutup")
    assert asks_hours("samsat buka jam berapa")


def test_a_plea_for_help_is_no_keyword() -> None:
    assert find_keyword("BANTUAN") == "help"
    assert find_keyword("tolong bantu kami pak") is None


@pytest.mark.parametrize(
    "text", ["sop", "batas", "bata", "mulia", "stasiun", "bantal", "status tanah ini sengketa", "gagal"]
)
def test_a_word_that_resembles_a_keyword_is_none(text: str) -> None:
    assert (find_keyword(text), find_opt(text), small_talk(text)) == (None, None, None)


@pytest.mark.parametrize(
    "text", ["jam brp kantor dukcapil buka min?", "gmn cara urus ktp ilang?", "syarat ganti KK yg rusak apa aja"]
)
def test_a_question_in_slang_about_a_lost_paper_asks_for_information(text: str) -> None:
    assert asks_information(text)
