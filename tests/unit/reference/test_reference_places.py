"""The gazetteer: complete, and the code that a text names, rather none than a wrong one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference.place_names import place_code_of
from shared.reference.places import known_place, place_words, places, places_in


def test_the_gazetteer_holds_every_region_kecamatan_and_village_under_its_parent() -> None:
    levels = [code.count(".") for code in places()]
    assert [levels.count(level) for level in (1, 2, 3)] == [10, 105, 1038]
    assert [one.code for one in places().values() if one.code.count(".") > 1 and one.parent not in places()] == []
    assert sum(len(places_in(code)) for code in places()) == 105 + 1038


def test_a_code_is_read_out_with_all_that_it_lies_in() -> None:
    assert place_words("64.72.03.1005") == "Kelurahan Sidodadi, Kecamatan Samarinda Ulu, Kota Samarinda"
    assert place_words("64.02.04.2005") == "Desa Anggana, Kecamatan Anggana, Kabupaten Kutai Kartanegara"
    assert (place_words("64.99"), place_words(None), known_place("64.72.03"), known_place("64")) == (
        None,
        None,
        "64.72.03",
        None,
    )


@pytest.mark.parametrize(
    ("place", "text", "code"),
    [
        ("Sidodadi, Samarinda", "", "64.72.03.1005"),
        ("Kel. Sidodadi Kec. Samarinda Ulu", "", "64.72.03.1005"),
        ("Jl. Poros, Loa Janan", "Lampu padam", "64.02.03"),
        ("Samarinda", "Air di kelurahan Air Putih tidak mengalir", "64.72.03.1004"),
        ("", "jalan di sempaja selatan rusak", "64.72.05.1002"),
        ("Sei Kapih, Sambutan", "", "64.72.07.1001"),
        ("Anggana", "", "64.02.04"),
        ("Desa Anggana", "", "64.02.04.2005"),
        ("Rantau Panjang, Berau", "", "64.03.03.2006"),
        ("Sumber Sari, Kukar", "", "64.02"),
        ("Kampung Mu'ut", "", "64.07.16.2006"),
        ("Samarinda Kota", "", "64.72"),
        ("Kecamatan Samarinda Kota", "", "64.72.09"),
        ("Pasir Belengkong", "", "64.01.03"),
        ("Jl. Balikpapan, Sungai Pinang, Samarinda", "", "64.72.08"),
    ],
)
def test_words_lead_to_the_most_precise_place_that_they_surely_name(place: str, text: str, code: str) -> None:
    assert place_code_of(place, text) == code


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("Rantau Panjang", ""),
        ("Tanjung Harapan", ""),
        ("Sumber Sari", ""),
        ("", "Saya warga Tenggarong, lampu di Samarinda mati"),
        ("", "jalan samarinda bontang rusak"),
        ("", "jalan poros Samarinda-Bontang rusak"),
        ("", "air hitam keluar dari keran, simpang tiga macet, kampung baru gelap"),
        ("", "pasir di tepi jalan, orang kutai, pegawai IKN"),
        ("Banjarmasin", "Kelurahan Sidodadi"),
        ("", "Dari Banjarmasin ke Samarinda"),
        ("", ""),
    ],
)
def test_words_that_may_mean_several_places_give_no_code(place: str, text: str) -> None:
    assert place_code_of(place, text) is None


def test_every_place_is_found_by_its_full_name() -> None:
    unfound = [code for code in places() if place_code_of(place_words(code), "") not in {code, _twin(code)}]
    assert unfound == []


def _twin(code: str) -> str:
    """Return the place that holds the only other place of the same name, if there is one."""
    one = places()[code]
    same = [other for other in places_in(one.parent) if other.name == one.name]
    return one.parent if len(same) > 1 else code


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_the_look_up(place: str, text: str) -> None:
    found = place_code_of(place, text)
    assert found is None or found in places()
