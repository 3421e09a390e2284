"""Templates of answers: their variables and blanks, and what is refused."""

import pytest

from services.router.api.forms import DeskFormError
from services.router.api.forms_opd import opd_command_of
from services.router.rules.answer_templates import BLANK, BadTemplate, check_template, fill_template
from services.router.state import Case
from tests.support.router_facts import START

CASE = Case(ticket="KT-7F3K-9Q2M-X", opd="dishub", place="Jl. Poros Loa Janan", topic="road")
TEXT = "Aduan {nomor} di {tempat} tentang {pokok} ditangani {opd} sejak {tanggal}. Petugas: ___."


def test_a_template_takes_its_values_from_the_case() -> None:
    filled = fill_template(TEXT, CASE, START)
    assert filled == (
        "Aduan KT-7F3K-9Q2M-X di Jl. Poros Loa Janan tentang jalan dan jembatan ditangani Dinas Perhubungan sejak"
        " Senin, 16 Maret 2026. Petugas: ___."
    )


def test_what_the_case_does_not_tell_becomes_a_blank() -> None:
    assert fill_template("{tempat} {pokok}", Case(ticket="KT-1"), START) == f"{BLANK} {BLANK}"


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("", TEXT, "name"),
        ("x" * 101, TEXT, "name"),
        ("Lubang jalan", "", "text"),
        ("Lubang jalan", "x" * 4001, "text"),
        ("Lubang jalan", "Aduan {ticket} selesai.", "text"),
        ("Lubang jalan", "Aduan {} selesai.", "text"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused_at_its_field(name: str, text: str, field: str) -> None:
    with pytest.raises(BadTemplate) as caught:
        check_template(name, text)
    assert caught.value.field == field


def test_a_template_with_every_variable_is_kept() -> None:
    check_template("Lubang jalan", TEXT)


def test_an_answer_with_an_open_blank_is_not_sent() -> None:
    typed = {"tindakan": "jawab", "hasil": "fixed", "jawaban": "Lubang ditutup oleh ___ pada hari Senin."}
    with pytest.raises(DeskFormError) as caught:
        opd_command_of(typed, "dishub")
    assert "jawaban" in caught.value.errors
