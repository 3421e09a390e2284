"""Identity and phone numbers are hidden in shown texts; the rest of the text stays."""

import pytest

from shared.masking import IDENTITY_MASK, PHONE_MASK, masked, masked_address
from shared.text import tidy


@pytest.mark.parametrize(
    "number", ["0000000000000000", "0000 0000 0000 0000", "0000.000000.000000", "000000-000000-0000"]
)
def test_a_sixteen_digit_number_is_masked(number: str) -> None:
    assert masked(f"NIK saya {number}, mohon dibantu") == f"NIK saya {IDENTITY_MASK}, mohon dibantu"


@pytest.mark.parametrize(
    "number",
    [
        "+62 800-0000-0123",
        "6280000000123",
        "080000000123",
        "0800 0000 0123",
        "(0541) 000000",
        "0800.0000.012",
        "+6280000000123",
    ],
)
def test_a_phone_number_is_masked(number: str) -> None:
    assert masked(f"Hubungi {number} ya") == f"Hubungi {PHONE_MASK} ya"


@pytest.mark.parametrize(
    "text",
    [
        "Jalan rusak sejak 2024-01-18 pukul 01.33",
        "RT 05 RW 012 Kelurahan Sidodadi",
        "Biaya Rp 1.500.000 diminta 3 kali",
        "KT-7F3K-9Q2M-X",
        "Kode pos 75123, Jl. Poros KM 12",
        "16 Maret 2026",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


def test_an_address_is_recognised_only_by_its_owner() -> None:
    assert [masked_address(a) for a in ("6280000000123", "budi@contoh.id", "123")] == ["62…123", "b…@contoh.id", "…"]


def test_a_text_is_tidied_and_keeps_its_lines() -> None:
    assert tidy("  a\t b \r\n\r\n c\x00 ") == "a b\n\nc"
