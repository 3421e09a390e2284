"""Telephone numbers as people write them: one number, or words on what to do."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.phone import NotAWhatsAppNumber, number_of_sender, whatsapp_number

NUMBER = "6281200001234"


@pytest.mark.parametrize(
    "written",
    [
        "+62 0812 0000 1234",
        "+62 (0)812 0000 1234",
        "812-0000-1234",
        "0812/0000/1234",
        "\u202a+62 812-0000-1234\u202c",
        "\u202d0812 0000 1234\u202c",
        "\u2066+6281200001234\u2069",
        "\u200e0812\u00a00000\u00a01234",
        "\ufeff081200001234",
        "0812.0000.1234",
        "(0812) 0000-1234",
        "0062 812 0000 1234",
        "0062 0812 0000 1234",
        "62812 0000 1234",
        "6281200001234",
        "+6281200001234",
        "０８１２　００００　１２３４",
        "＋６２８１２００００１２３４",
        "0812–0000–1234",
        "0812\u20110000\u20111234",
        "0812\u22120000\u22121234",
        " 0812 0000 1234 ",
        "+62-812-0000-1234",
        "(+62) 812 0000 1234",
        "+62.812.0000.1234",
        "WA: 0812 0000 1234",
        "tel:+6281200001234",
        "HP 081200001234",
        "٠٨١٢٠٠٠٠١٢٣٤",
        "0812\t0000\t1234",
        "62 0812 0000 1234",
        "081200\u200b001234",
        "+62 ( 0 ) 812 0000 1234",
    ],
)
def test_every_spelling_is_the_same_number(written: str) -> None:
    assert whatsapp_number(written) == NUMBER


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+62 800-0000-0123", "6280000000123"),
        ("0800 0000 0123", "6280000000123"),
        ("080000000123", "6280000000123"),
        ("628000002038", "628000002038"),
        ("0811 123 456", "62811123456"),
        ("0895 3333 12345", "62895333312345"),
        ("+65 8123 4567", "6581234567"),
        ("+60 12-345 6789", "60123456789"),
        ("0065 8123 4567", "6581234567"),
        ("+1 202 555 0123", "12025550123"),
        ("+39 06 1234 5678", "390612345678"),
    ],
)
def test_test_numbers_and_foreign_numbers_stay_as_they_are(written: str, number: str) -> None:
    assert whatsapp_number(written) == number


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("0541 741234", "landline"),
        ("(0541) 741-234", "landline"),
        ("+62 541 741234", "landline"),
        ("021 5550 1234", "landline"),
        ("62215550 1234", "landline"),
        ("0062 21 5550 1234", "landline"),
        ("+62 (0)542 123 456", "landline"),
        ("0812 0000 1234 / 0813 0000 5678", "several"),
        ("0812 0000 1234, 0813 0000 5678", "several"),
        ("081200001234 atau 081300005678", "several"),
        ("081200001234;081300005678", "several"),
        ("081200001234\n081300005678", "several"),
        ("0812 0000 1234 / 78", "several"),
        ("0812 0000 1234 0813 0000 5678", "length"),
        ("0812 00", "length"),
        ("112", "length"),
        ("0812345678901234", "length"),
        ("+65 123", "length"),
        ("+999 1234 5678", "country"),
        ("6581234567", "country"),
        ("541741234", "country"),
        ("nomor saya rahasia", "letters"),
        ("0812 0000 1234 (Budi)", "letters"),
        ("", "letters"),
        ("-", "length"),
        ("0812+0000+1234", "letters"),
        ("81200001234.0", "letters"),
        ("081200001234.0", "letters"),
        ("²²²²²²²²²²²x", "letters"),
    ],
)
def test_what_is_no_whatsapp_number_is_refused_with_what_to_do(written: str, why: str) -> None:
    with pytest.raises(NotAWhatsAppNumber) as caught:
        whatsapp_number(written)
    assert caught.value.why == why
    assert not re.search(r"\d{9}", str(caught.value))


@pytest.mark.parametrize(
    ("wa_id", "kept"),
    [
        ("6281200001234", NUMBER),
        ("+6281200001234", NUMBER),
        ("62541741234", "62541741234"),
        ("6581234567", "6581234567"),
        ("628000000123", "628000000123"),
        ("ID.13491208655302741918", "ID.13491208655302741918"),
        ("5215512345678", "5215512345678"),
        ("", ""),
        ("12", "12"),
    ],
)
def test_a_sender_has_the_number_under_which_a_form_knows_them(wa_id: str, kept: str) -> None:
    assert number_of_sender(wa_id) == kept


@given(st.text(max_size=40) | st.text("0123456789+-() /.\u202a\u00a0", max_size=30))
def test_the_form_that_is_kept_is_stable_and_nothing_else_comes_out(written: str) -> None:
    try:
        number = whatsapp_number(written)
    except NotAWhatsAppNumber:
        return
    assert re.fullmatch(r"[1-9][0-9]{6,14}", number)
    assert whatsapp_number("+" + number) == number == number_of_sender(number)


@given(
    st.text("0123456789+-() /.,ab", max_size=24) | st.from_regex(r"(\+|00)?(62|0|65)?[ (]?8[0-9]{8,12}", fullmatch=True)
)
def test_an_invisible_character_changes_nothing_that_is_read(written: str) -> None:
    def read(text: str) -> str:
        try:
            return whatsapp_number(text)
        except NotAWhatsAppNumber as refusal:
            return refusal.why

    assert read(written) == read(written + "\u200b")
