"""Conversations as people write: what we answer, and which complaints come out at the end."""

import pytest

from services.intake.rules.conversation_places import NamedPlace, district_pages, find_place, region_names
from services.intake.rules.conversation_texts import ask_district, ask_region
from shared.reference import regions
from shared.reference.places import places_in
from tests.support.conversation_player import Player
from tests.support.conversations import Scene, scenes

ALL = scenes()
MOST_OF_THEIRS, MOST_OF_OURS = 4, 3
ORDINARY = (
    "Salam, masalah, tempat, kirim *",
    "Daftar kabupaten dan kecamatan dengan tombol *",
    "Pin lokasi *",
    "Iya betul kirim aja *",
)


@pytest.mark.parametrize("scene", ALL, ids=[scene.title for scene in ALL])
def test_a_conversation_comes_out_as_it_is_written(scene: Scene) -> None:
    assert Player().play(scene) == scene.written


def test_there_are_enough_conversations() -> None:
    assert len(ALL) >= 30
    assert len({scene.title for scene in ALL}) == len(ALL)


@pytest.mark.parametrize("title", ORDINARY)
def test_an_ordinary_complaint_needs_few_messages(title: str) -> None:
    scene = next(scene for scene in ALL if scene.title == title)
    who = [line.who for line in scene.lines]
    assert who.count("warga") <= MOST_OF_THEIRS
    assert who.count("kami") <= MOST_OF_OURS


def test_every_reply_of_the_conversations_is_short_and_its_choices_fit() -> None:
    for scene in ALL:
        for line in scene.lines:
            if line.who == "kami":
                text, _, choices = line.rest.partition(" [")
                assert len(text) <= 300
                assert len(choices.split(" | ")) <= 10


def test_every_region_is_known_with_its_kecamatan_and_fits_a_list() -> None:
    assert set(region_names()) == {region.kemendagri_code for region in regions()}
    questions = [ask_region()]
    for code in region_names():
        questions += [ask_district(code, page) for page in range(len(district_pages(code)))]
    assert all(0 < len(one.choices) <= 10 for one in questions)
    assert all(len(title) <= 24 and len(id_) <= 200 for one in questions for id_, title in one.choices)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("jln poros Loa Janan rusak", "Loa Janan"),
        ("di loa janan ilir", "Loa Janan Ilir"),
        ("SMR gelap gulita", "Kota Samarinda"),
        ("dekat gunung lingai", "Gunung Lingai"),
        ("di kec. sambutan ya", "Sambutan"),
        ("sambutan petugas ramah", None),
        ("jalan rusak parah", None),
        ("di desa sumberejo", "Desa Sumberejo"),
        ("kepala desa korupsi dana desa", None),
        ("kepala desa kami di kampung lebak", "Kampung Lebak"),
        ("kades desa itu minta uang", None),
    ],
)
def test_a_place_is_found_by_its_name(text: str, name: str | None) -> None:
    found = find_place(text)
    assert (found.name if found else None) == name


def test_the_lists_of_kecamatan_are_the_official_ones() -> None:
    for code, region in region_names().items():
        assert list(region.districts) == [one.name for one in places_in(code)]


def test_a_village_is_known_with_its_region_after_the_word_for_it_however_short_its_name() -> None:
    villages = {one.name for code in region_names() for district in places_in(code) for one in places_in(district.code)}
    assert "Batuah" in villages
    assert find_place("pipa bocor di desa batuah") == NamedPlace("Desa Batuah", "64.02")
    assert find_place("batuah pipanya bocor") is None
