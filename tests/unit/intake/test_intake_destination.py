"""Lifelike messages: each goes where a clerk would put it, or is asked about."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.intake.rules.conversation_known import Destination, KnownComplaint
from services.intake.rules.destination import destination_of
from services.intake.rules.meaning import meaning

NOW = datetime(2026, 4, 6, tzinfo=UTC)
ABOUT = "Loa Janan Lampu jalan di Jl Poros Loa Janan padam sejak Senin malam"
ANSWERED = KnownComplaint(uuid4(), "resolved", "KT-7F3K-9Q2M-X", ABOUT)
ASKED = KnownComplaint(uuid4(), "awaiting_citizen", "KT-7F3K-9Q2M-X", ABOUT)
WORKED_ON = KnownComplaint(uuid4(), "in_progress", "KT-7F3K-9Q2M-X")
CLOSED = KnownComplaint(uuid4(), "closed", "KT-7F3K-9Q2M-X", "", NOW - timedelta(days=3))


def where(text: str, case: KnownComplaint | None) -> str:
    """Return the destination of a message: "new", "talk", "decides" or "asks".

    "talk": small talk. "decides": the case, with a yes or a no. "asks": the case, and we ask.
    """
    found: Destination = destination_of(text, None, [case] if case else [], NOW)
    if found.new:
        return "new"
    if found.talk:
        return "talk"
    return "decides" if found.sure and meaning(text) != "unclear" else "asks"


@pytest.mark.parametrize(
    "text",
    [
        "izin lapor pak lampu sudah nyala",
        "mau lapor ke gubernur saja percuma",
        "saya lapor yang di rt 5, yang diperbaiki rt 3",
        "ijin lapor belum ada perubahan",
        "ijin melaporkan kondisi di lapangan tidak sesuai jawaban",
        "lapor pak, tidak sesuai",
        "saya lapor lampu kok dijawab jalan",
        "tolong laporkan ke gubernur, petugasnya bohong",
        "pertama kali lapor langsung beres, mantap",
        "ini kasus yang beda pak, jawabannya salah alamat",
        "bilangnya selesai tapi masalah lain belum",
        "petugas cuma foto foto di depan gang terus pulang",
        "cuma ditambal tanah di depan pasar, sehari hancur",
        "cuma dipasang tiang kosong di simpang tiga kampung, bohlamnya dibawa pulang petugas",
        "Pak tolong dicek lagi",
        "jam berapa kantor buka?",
        "halo",
    ],
)
def test_words_about_an_answer_stay_with_it(text: str) -> None:
    assert where(text, ANSWERED) == "asks"


@pytest.mark.parametrize(
    "text",
    [
        "sampah di pasar pagi masih menumpuk pak",
        "honor guru honorer belum ada tanggapan dari dinas",
        "tidak ada petugas di kantor kelurahan Sidodadi jam 10",
        "banjir di Loa Buah belum surut",
        "Listrik di Long Apari padam 3 hari, belum ada petugas",
        "guru di SMK 2 Penajam masih kosong",
        "Air PDAM masih mati sejak Senin di Palaran",
        "Jalan ke Kuburan Muslimin masih rusak",
    ],
)
def test_another_matter_decides_nothing_about_an_answer(text: str) -> None:
    assert where(text, ANSWERED) in {"asks", "new"}


@pytest.mark.parametrize(
    "text",
    [
        "Masih padam pak",
        "masih rusak pak, tidak ada yang datang memperbaiki",
        "lampunya masih mati",
        "belum ada perubahan",
    ],
)
def test_a_denial_of_the_answer_decides(text: str) -> None:
    assert where(text, ANSWERED) == "decides"


@pytest.mark.parametrize(
    "text",
    [
        "sudah pak terima kasih",
        "Alhamdulillah sudah nyala",
    ],
)
def test_a_yes_to_the_answer_decides(text: str) -> None:
    assert where(text, ANSWERED) == "decides"


@pytest.mark.parametrize(
    "text",
    [
        "Belum lama ini ada lubang baru juga, mau lapor",
        "mau lapor jalan di Sebulu rusak berat dekat jembatan",
        "Belum pernah saya lapor, ini pertama kali: jalan di depan SDN 3 Loa Janan berlubang",
    ],
)
def test_an_announced_matter_is_not_taken_for_a_denial(text: str) -> None:
    assert where(text, ANSWERED) in {"asks", "new", "talk"}


@pytest.mark.parametrize(
    "text",
    [
        "Ini pertama kali padam",
        "kami lapor dari RT 5",
        "tidak ada masalah lain",
        "tiangnya nomor 17",
        "di depan masjid Al-Hidayah",
    ],
)
def test_whatever_follows_a_question_is_its_answer(text: str) -> None:
    assert where(text, ASKED) == "asks"


@pytest.mark.parametrize(
    "text",
    [
        "Pak kapan dikerjakan",
        "Mohon segera",
        "Sudah bagus sekarang, makasih",
        "kok lama sekali",
    ],
)
def test_words_without_a_subject_join_the_open_complaint(text: str) -> None:
    assert where(text, WORKED_ON) in {"asks", "decides"}


@pytest.mark.parametrize(
    "text",
    [
        "Air PDAM masih mati sejak Senin di Palaran",
        "sampah di pasar pagi masih menumpuk pak",
    ],
)
def test_another_subject_is_a_complaint_of_its_own(text: str) -> None:
    assert where(text, WORKED_ON) == "new"


@pytest.mark.parametrize(
    "text",
    [
        "kok ditutup",
        "rusak lagi pak",
        "saya tidak puas",
        "kenapa ditutup pak belum dikerjakan",
        "masih rusak",
    ],
)
def test_words_without_a_subject_reach_the_complaint_that_was_just_closed(text: str) -> None:
    assert where(text, CLOSED) in {"asks", "decides"}


@pytest.mark.parametrize(
    "text",
    [
        "Air PDAM masih mati sejak Senin di Palaran",
        "Jembatan di Sebulu putus diterjang banjir",
    ],
)
def test_another_subject_after_a_closing_is_a_complaint_of_its_own(text: str) -> None:
    assert where(text, CLOSED) == "new"


@pytest.mark.parametrize(
    "text",
    [
        "jam berapa kantor buka?",
        "haloo",
        "matur suwun pak",
        "10",
        "salah kirim",
        "ini bot ya?",
        "aduan saya sampai mana ya",
        "Selamat Natal dan Tahun Baru",
        "STATUS KT-7F3K-9Q2M-X",
        "ass wr wb",
        "mikum",
        "met pagi",
        "tarima kasih",
        "maaf kepencet",
        "wkwk",
        "gak jadi",
        "batal",
        "oke kak ditunggu",
        "test 123",
        "6",
        "menu",
        "info",
        "cek tiket",
        "cara lapor gimana",
        "mantap pelayanannya",
        "halo ada orang?",
        "terima kasih",
        "🙏",
        "5",
        "mau lapor pak",
    ],
)
def test_small_talk_opens_no_complaint(text: str) -> None:
    assert where(text, None) == "talk"


@pytest.mark.parametrize(
    "text",
    [
        "Lampu jalan di Loa Janan padam",
        "jln rusak parah di Sebulu",
        "PDAM mati 3 hari",
    ],
)
def test_a_complaint_is_one(text: str) -> None:
    assert where(text, None) == "new"
