"""Texts for SP4N hold no identity number, phone number, mail address, name or home, and keep the matter."""

import pytest

from services.router.rules.sp4n_words import content_of, outgoing, title_of
from shared.sp4n import mark_of, marked_ticket
from tests.support.router_mirror_story import opened

SECRET = b"s" * 32
TICKET = "KT-7F3K-9Q2M-X"


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("NIK saya 6472000000000000, lampu padam.", "6472000000000000"),
        ("Hubungi +62 800-0000-1234 ya, lampu padam.", "0000-1234"),
        ("Surel saya warga@contoh.id, lampu padam.", "warga@contoh.id"),
        ("Nama saya Budi Santoso. Lampu padam.", "Budi"),
        ("Nama: Siti Aminah\nLampu padam.", "Siti"),
        ("a.n. Budi Santoso, lampu padam.", "Santoso"),
        ("Alamat rumah saya Jl. Mawar 7 RT 3. Lampu padam.", "Mawar 7"),
        ("Saya tinggal di Jalan Melati 12, Loa Janan. lampu padam.", "Melati 12"),
        ("Lampu padam. Salam, Warga Contoh", "Warga Contoh"),
    ],
)
def test_what_is_the_writers_own_is_taken_out(said: str, hidden: str) -> None:
    told = outgoing(said, "Warga Contoh")
    assert hidden not in told
    assert "ampu padam" in told


@pytest.mark.parametrize(
    "said",
    [
        "Jalan Poros Loa Janan KM 12 rusak parah.",
        "Guru SMAN 5 Samarinda tidak pernah masuk.",
        "Nama jalan itu tidak ada di peta.",
        "Retribusi Rp 150.000 tahun 2026 dipungut dua kali.",
    ],
)
def test_the_matter_stays_as_it_is(said: str) -> None:
    assert outgoing(said) == said


def test_the_content_ends_with_our_mark_and_the_title_is_short() -> None:
    case = opened("Guru SMAN 5 tidak pernah masuk kelas. " * 20, place="Samarinda").case
    content = content_of(case, mark_of(TICKET, SECRET))
    assert content.endswith(mark_of(TICKET, SECRET))
    assert "Lokasi: Samarinda" in content
    assert len(title_of(case)) <= 100


def test_a_mark_is_ours_only_with_its_seal() -> None:
    mark = mark_of(TICKET, SECRET, 3)
    assert marked_ticket(f"Sudah diperbaiki.\n\n{mark}", SECRET) == TICKET
    assert marked_ticket(mark.replace("7F3K", "0000"), SECRET) is None
    assert marked_ticket(mark, b"x" * 32) is None
    assert marked_ticket(f"[Tanggap {TICKET}]", SECRET) is None
