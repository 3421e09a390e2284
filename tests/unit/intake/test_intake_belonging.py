"""A new matter is not swallowed by an answered complaint, a word on that one is not lost, politeness is no complaint."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.rules.conversation_known import Destination, KnownComplaint
from services.intake.rules.destination import destination_of, small_talk

NOW = datetime(2026, 4, 6, 2, tzinfo=UTC)
ABOUT = "Jl. Suryanata, Samarinda Ulu Lampu jalan padam di tikungan dekat masjid sejak Senin malam"


def known(state: str, number: int = 1, about: str = ABOUT, ended_at: datetime | None = None) -> KnownComplaint:
    return KnownComplaint(UUID(int=number), state, f"KT-7F3K-9Q2M-{number}", about, ended_at)


ANSWERED, ASKED, WORKED_ON = known("resolved"), known("awaiting_citizen", 2), known("in_progress", 3)


def where(text: str, *cases: KnownComplaint, quoted: KnownComplaint | None = None) -> Destination:
    return destination_of(text, quoted, cases, NOW)


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


@pytest.mark.parametrize(
    "text",
    lines("""
Belum pernah saya lapor, ini pertama kali: jalan di depan SDN 3 Loa Janan berlubang
Belum lama ini ada lubang baru juga di Jl. Gatot Subroto, mau lapor
mau lapor jalan berlubang di depan pasar Segiri
Mau melaporkan sampah menumpuk di simpang Lembuswana
saya ingin mengadu soal antrean obat di RSUD
izin lapor pak, pipa PDAM bocor di gang Mawar
Lapor pak, jembatan Mahulu bergelombang
tolong laporkan juga parit mampet di Sempaja
ini aduan baru: drainase mampet di Sempaja Selatan
ADUAN BARU lampu di depan rumah saya mati lagi
aduan baru: air keruh di Loa Bakung
pak ada masalah lain, air PDAM keruh di Loa Bakung
Jalan poros di Desa Bukit Raya Kecamatan Sepaku berlubang besar, truk sering terguling
Pohon tumbang menutup jalan dekat SMPN 5 Tenggarong Seberang, kabel listrik menjuntai
"""),
)
def test_another_matter_opens_a_new_complaint_beside_an_answered_one(text: str) -> None:
    assert where(text, ANSWERED) == Destination(new=True)


@pytest.mark.parametrize(
    "text",
    lines("""
Pak tolong dicek lagi
Masih rusak pak, tidak ada yang datang memperbaiki
mau lapor pak lampunya mati lagi
lapor pak, lampu di Suryanata masih padam
sudah saya laporkan minggu lalu di jalan Suryanata kok begini
yang saya laporkan kemarin belum ada perubahan
Laporan saya yang kemarin bagaimana pak di jalan Suryanata
sudah lapor
Terima kasih, tapi tikungannya di sisi kiri juga
tiangnya nomor 17 pak
lampu dekat masjid nyala, yang di tikungan padam
terima kasih
🙏
halo
STATUS
5
apakah jalan depan pasar juga diperbaiki pak?
kok lama sekali ya
"""),
)
def test_a_word_that_may_be_about_the_answered_one_goes_there(text: str) -> None:
    assert where(text, ANSWERED) == Destination(cases=(ANSWERED,), sure=True)


@pytest.mark.parametrize(
    "text", ["mau lapor pak", "Pak saya mau melapor", "ADUAN BARU", "izin lapor min", "ada aduan baru"]
)
def test_who_only_announces_a_report_is_asked_for_it(text: str) -> None:
    assert where(text, ANSWERED) == Destination(talk="invite")
    assert where(text) == Destination(talk="invite")


@pytest.mark.parametrize(
    "text", ["Kelas XI IPA 2", "5", "halo", "mau lapor lagi titiknya di Jl. Gatot Subroto", "tidak tahu pak"]
)
def test_what_is_said_after_a_question_is_its_answer(text: str) -> None:
    assert where(text, ASKED) == Destination(cases=(ASKED,), sure=True)


def test_a_word_that_may_be_about_several_is_said_on_each_and_decides_nothing() -> None:
    other = known("resolved", 4, "Sangatta Sampah menumpuk di pasar")
    assert where("sudah pak terima kasih", other, WORKED_ON, ANSWERED) == Destination(cases=(other, ANSWERED))


@pytest.mark.parametrize("text", ["masih padam", "Belum lama ini ada lubang baru juga, mau lapor", "sudah"])
def test_a_quote_names_the_complaint(text: str) -> None:
    assert where(text, ASKED, quoted=ANSWERED) == Destination(cases=(ANSWERED,), sure=True)


def test_a_number_in_the_text_names_the_complaint() -> None:
    assert where("kt 7f3k 9q2m 3 masih gelap", ANSWERED, WORKED_ON) == Destination(cases=(WORKED_ON,), sure=True)
    assert where("status KT-7F3K-9Q2M-3", ANSWERED, WORKED_ON) == Destination(cases=(WORKED_ON,), talk="status")
    assert where("KT-0000-0000-0 masih gelap di jalan Suryanata", ANSWERED) == Destination(cases=(ANSWERED,), sure=True)


@pytest.mark.parametrize(
    ("text", "talk"),
    [
        ("halo", "greeting"),
        ("Halo pak 🙏", "greeting"),
        ("Assalamualaikum wr. wb.", "greeting"),
        ("P", "greeting"),
        ("selamat pagi admin", "greeting"),
        ("tes", "greeting"),
        ("permisi", "greeting"),
        ("haloooo", "greeting"),
        ("terima kasih", "thanks"),
        ("Terima kasih banyak atas bantuannya pak", "thanks"),
        ("mksh", "thanks"),
        ("ok siap", "thanks"),
        ("🙏", "thanks"),
        ("👍🏽", "thanks"),
        ("😡", "greeting"),
        ("5", "thanks"),
        ("1", "thanks"),
        ("bintang 4", "thanks"),
        ("5/5", "thanks"),
        ("sudah pak terima kasih", "thanks"),
        (".", "greeting"),
        ("?", "greeting"),
        ("ada orang gak", "greeting"),
        ("STATUS", "status"),
        ("cek status aduan saya", "status"),
    ],
)
def test_politeness_numbers_and_status_open_no_complaint(text: str, talk: str) -> None:
    assert where(text) == Destination(talk=talk)  # type: ignore[arg-type]
    told = where(text, WORKED_ON)
    assert not told.new


@pytest.mark.parametrize(
    "text",
    [
        "halo pak lampu jalan mati",
        "terima kasih, tapi jalan kami rusak",
        "tes narkoba di sekolah tidak transparan",
        "rumah kami kebanjiran",
        "status tanah saya belum jelas",
        "aduan",
        "123456",
        "selamat pagi jalan rusak",
    ],
)
def test_words_about_a_matter_are_no_small_talk(text: str) -> None:
    assert small_talk(text) is None


def test_a_plain_no_goes_to_the_case_that_ended_lately_and_opens_a_new_one_later() -> None:
    lately, long_ago = (
        known("closed", 5, "", NOW - timedelta(days=29)),
        known("closed", 6, "", NOW - timedelta(days=31)),
    )
    assert where("masih padam pak", lately) == Destination(cases=(lately,), sure=True)
    assert where("masih padam pak", long_ago) == Destination(new=True)
    assert where("Lampu di Jl. Gatot Subroto padam", lately) == Destination(new=True)


def test_thanks_for_a_case_that_is_over_bother_nobody() -> None:
    over = known("closed", 5, "", NOW)
    assert where("terima kasih", over, quoted=over) == Destination(talk="thanks")


@pytest.mark.parametrize("text", ["", "\u0000", "x" * 20_000, "KT-" * 5_000, "lapor " * 3_000, "\u202e"])
def test_anything_can_be_placed(text: str) -> None:
    where(text, ANSWERED, ASKED)
