"""Numbers of applications for permits: one spelling for keeping and searching."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.applications import NotAnApplicationNumber, application_number


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("NIB 9120000000000", "NIB 9120000000000"),
        ("nib: 9120 0000 00000", "NIB 9120000000000"),
        ("9120000000000", "NIB 9120000000000"),
        ("B-120/DPMPTSP/2026", "B-120/DPMPTSP/2026"),
        (" b - 120 / dpmptsp / 2026 ", "B-120/DPMPTSP/2026"),
        ("IMB  0042.2026", "IMB 0042.2026"),
    ],
)
def test_every_spelling_of_a_number_is_kept_as_one(written: str, kept: str) -> None:
    assert application_number(written) == kept
    assert application_number(kept) == kept


@pytest.mark.parametrize(
    "written", ["", "izin", "B 1", "6472 0000 0000 0001", "nomor: <b>1</b>", "A1" * 40, "belum ada nomornya", "-120-"]
)
def test_other_texts_are_refused_with_words_on_what_to_write(written: str) -> None:
    with pytest.raises(NotAnApplicationNumber) as refused:
        application_number(written)
    assert "misalnya B-120/DPMPTSP/2026" in refused.value.words
    assert not written or written not in str(refused.value)


@given(st.text(max_size=80))
def test_what_is_kept_stays_as_it_is_when_it_is_read_again(written: str) -> None:
    try:
        kept = application_number(written)
    except NotAnApplicationNumber:
        return
    assert application_number(kept) == kept
