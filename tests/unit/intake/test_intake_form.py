"""The form as it was typed: what is taken, what is dropped, and what is kept and read again."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.api.forms import FIELDS, FLAGS, MAX_PHOTOS, photo_ids, read_form
from shared.events.submissions import Position

SCRIPT = Path(__file__).parents[3] / "shared/web/static/form.js"
TYPED = {"isi": "Lampu padam di jalan", "lokasi": "Dekat pasar"}


def content(**fields: str) -> Any:
    return read_form(TYPED | fields).content()


@pytest.mark.parametrize(
    ("fields", "class_"),
    [
        ({}, None),
        ({"jenis": "aduan"}, None),
        ({"jenis": "aspirasi"}, "aspiration"),
        ({"jenis": "informasi"}, "information"),
        ({"jenis": "oversight"}, None),
        ({"permohonan": "b-120/dpmptsp/2026"}, "permit"),
        ({"permohonan": "b-120/dpmptsp/2026", "jenis": "informasi"}, "information"),
    ],
)
def test_a_kind_in_plain_words_and_an_application_hint_at_the_class(fields: dict[str, str], class_: str | None) -> None:
    assert content(**fields).class_hint == class_


def test_an_application_is_kept_in_one_spelling() -> None:
    assert content(permohonan="nib 9120 0000 00000").application == "NIB 9120000000000"
    assert "permohonan" in read_form(TYPED | {"permohonan": "belum ada"}).errors


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kabupaten": "64.72", "wilayah": "64.72.03.1005"}, "64.72.03.1005"),
        ({"kabupaten": "64.72", "wilayah": "64.72.03"}, "64.72.03"),
        ({"kabupaten": "64.72"}, "64.72"),
        ({"kabupaten": "64.74", "wilayah": "64.72.03"}, "64.74"),
        ({"kabupaten": "64.99", "wilayah": "64.72.03"}, None),
        ({"wilayah": "64.72.03"}, None),
    ],
)
def test_the_most_precise_choice_counts_if_it_lies_in_the_chosen_regency(
    fields: dict[str, str], code: str | None
) -> None:
    assert content(**fields).place_code == code


@pytest.mark.parametrize(
    ("north", "east", "position"),
    [
        ("-0.472134", "117.153421", Position(latitude=-0.4721, longitude=117.1534)),
        ("91", "0", None),
        ("nan", "117", None),
        ("inf", "117", None),
        ("", "117", None),
        ("utara", "timur", None),
    ],
)
def test_a_position_is_rounded_to_some_ten_metres_and_other_texts_are_none(
    north: str, east: str, position: Position | None
) -> None:
    assert content(lintang=north, bujur=east).position == position


def test_a_form_names_each_photo_once_and_five_at_most() -> None:
    ids = [uuid4() for _ in range(7)]
    assert photo_ids([str(ids[0]), str(ids[0]), "../etc", "", None]) == (ids[0],)
    assert len(read_form(TYPED, tuple(ids)).photos) == MAX_PHOTOS


@given(
    st.dictionaries(st.sampled_from((*FIELDS, *FLAGS)), st.text(max_size=40)),
    st.lists(st.uuids(), max_size=MAX_PHOTOS, unique=True),
)
def test_what_is_kept_is_read_again_as_it_was(fields: dict[str, str], photos: list[Any]) -> None:
    form = read_form(fields, tuple(photos))
    kept = form.kept()
    assert read_form(kept["fields"], photo_ids(kept["photos"])) == form


def test_the_script_says_what_is_missing_in_the_words_of_the_server() -> None:
    errors = read_form({}).errors
    assert set(errors) == {"isi", "lokasi"}
    script = SCRIPT.read_text(encoding="utf-8")
    assert [words for words in errors.values() if f"'{words}'" not in script] == []


def test_a_text_that_is_far_too_long_is_cut_and_the_citizen_hears_of_the_bound() -> None:
    form = read_form({"isi": "a b" * 100_000, "lokasi": "x" * 5_000})
    assert (len(form.typed["isi"]), len(form.typed["lokasi"])) == (40_000, 1_000)
    assert set(form.errors) == {"isi", "lokasi"}
