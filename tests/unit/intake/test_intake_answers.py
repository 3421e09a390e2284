"""Answers in words to our questions: a number, a yes, a change, a cancel, and what only looks like one."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.intake.rules import conversation_draft as drafts
from services.intake.rules.conversation_answers import (
    agrees,
    asks_for_more,
    declines,
    gives_up,
    knows_no_place,
    named_by_words,
    number_of,
    wanted_change,
)
from services.intake.rules.conversation_draft import names_spot
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_parts import parts_of
from services.intake.rules.conversation_places import find_place, is_coarser, other_place, place_of_answer
from services.intake.rules.conversation_replies import FORGOTTEN_AFTER, MOST_EQUAL
from services.intake.rules.conversation_texts import LONGEST, offer_to_forward, summary
from services.intake.rules.conversation_values import Heard
from tests.support.conversation_player import Player

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2", 2),
        ("no 5 aja", 5),
        ("yg nomor 2 pak", 2),
        ("pilih 3", 3),
        ("itu yang kedua pak", 2),
        ("yg pertama", 1),
        ("sepuluh", 10),
        ("yang terakhir", -1),
        ("99999", 9999),
        ("rt 5", None),
        ("tiangnya nomor 17", None),
        ("2 hari mati", None),
        ("halo", None),
        ("", None),
    ],
)
def test_a_number_among_words_is_a_choice(text: str, number: int | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "y",
        "iya btul",
        "iya kirim aja",
        "sudah benar pak, silakan dikirim",
        "ok makasih",
        "👍",
        "🙏🙏",
        "krm",
        "aok",
        "sdh cukup",
    ],
)
def test_a_plain_yes_sends(text: str) -> None:
    assert agrees(text)


@pytest.mark.parametrize(
    "text", ["belum benar", "eh salah", "tidak", "makasih", "👎", "😡", "", "jangan kirim", "kirim petugas"]
)
def test_what_is_no_plain_yes_does_not_send(text: str) -> None:
    assert not agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        "batalin aja",
        "gak jadi deh",
        "ga jadi lapor pak",
        "gak jadi pak, udah dibenerin warga",
        "gak usah pak sudah beres",
        "jangan dikirim dulu",
        "salah kirim pak maaf",
    ],
)
def test_a_draft_is_given_up_in_words(text: str) -> None:
    assert gives_up(text)


@pytest.mark.parametrize(
    "text",
    [
        "tidak jadi diperbaiki padahal sudah janji",
        "batalkan izin tambang itu",
        "gak jadi, soalnya jalan di sebelah juga rusak parah",
        "jangan kirim truk lewat sini",
        "",
    ],
)
def test_a_complaint_about_what_was_given_up_is_no_cancel(text: str) -> None:
    assert not gives_up(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("ubah lokasi", "place"),
        ("tempatnya salah", "place"),
        ("lokasi", "place"),
        ("ubah isi", "text"),
        ("eh salah", "text"),
        ("belum benar", "text"),
        ("ganti", "text"),
        ("salah, harusnya di Melak", None),
        ("di depan masjid", None),
        ("halo", None),
    ],
)
def test_a_wish_to_change_says_what(text: str, what: str | None) -> None:
    assert wanted_change(text) == what


@pytest.mark.parametrize(
    "text", ["ga tau namanya pak", "lewati", "tidak tahu kecamatannya", "lupa", "kurang tau pastinya"]
)
def test_a_person_need_not_know_the_place(text: str) -> None:
    assert knows_no_place(text)


def test_a_list_may_lack_the_answer_and_a_question_may_be_declined() -> None:
    assert asks_for_more("yang lain")
    assert asks_for_more("ga ada")
    assert not asks_for_more("ada")
    assert declines("tidak perlu pak")
    assert declines("batal")
    assert not declines("ya")


def test_a_complaint_is_named_by_its_words_if_no_other_has_them() -> None:
    road = KnownComplaint(uuid4(), "in_progress", "KT-1", "Jalan rusak di Sepaku dekat pasar")
    water = KnownComplaint(uuid4(), "in_progress", "KT-2", "Air kotor di Babulu dekat pasar")
    assert named_by_words("yang air", (road, water)) == water
    assert named_by_words("yg di sepaku itu", (road, water)) == road
    assert named_by_words("dekat pasar", (road, water)) is None
    assert named_by_words("lampu", (road, water)) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("muara jawaa", "Muara Jawa"),
        ("tenggrong", "Tenggarong"),
        ("tenggarongseberang", "Tenggarong Seberang"),
        ("samarnda ulu", "Samarinda Ulu"),
        ("loajanan", "Loa Janan"),
        ("anggaran desa", None),
        ("tanggung jawab pemerintah", None),
        ("a" * 20_000, None),
    ],
)
def test_a_misspelt_place_is_found(text: str, name: str | None) -> None:
    found = find_place(text)
    assert (found.name if found else None) == name


def test_a_place_beside_a_known_one_and_one_that_says_less() -> None:
    other = other_place("bukan Bengalon tapi Rantau Pulung", "Bengalon")
    assert other is not None
    assert other.name == "Rantau Pulung"
    city = find_place("samarinda")
    assert city is not None
    assert is_coarser(city, "Sungai Kunjang")
    assert not is_coarser(city, "Melak")
    answered = place_of_answer("Tering")
    assert answered is not None
    assert answered.name == "Tering"
    assert find_place("Tering") is None
    assert place_of_answer("udah sebulan") is None


def test_a_wish_for_a_repair_tells_what_happened() -> None:
    assert drafts.says_what("kapan jalan depan kantor desa diperbaiki?")
    assert drafts.says_what("mohon perbaikan jembatan")
    assert not drafts.says_what("jalan sudah diperbaiki")
    assert not drafts.says_what("jalan desa")


def test_a_broken_street_is_no_name_of_a_street() -> None:
    assert names_spot("di jalan Antasari")
    assert names_spot("gang Mawar")
    assert not names_spot("jalan berlubang")
    assert not names_spot("jalan rusak parah")
    assert not names_spot("jalan mati")


def resolved(text: str) -> Heard:
    case = KnownComplaint(uuid4(), "resolved", "KT-1", "Lampu jalan di Sepaku padam")
    return Player().message(text, cases=(case,))


def test_an_answer_and_a_new_matter_in_one_message_are_two() -> None:
    assert parts_of(resolved("sudah nyala pak. sekalian mau lapor, sampah di Babulu menumpuk")) == (
        "sudah nyala pak",
        "sekalian mau lapor, sampah di Babulu menumpuk",
    )
    assert parts_of(resolved("masih gelap pak. mau lapor juga jalan rusak depan rumah")) is not None
    assert parts_of(resolved("sudah nyala pak, terima kasih, tapi redup")) is None
    assert parts_of(resolved("sudah selesai. mau lapor ke gubernur petugasnya bohong")) is None
    assert parts_of(resolved("sudah, " * 3_000)) is None


def test_an_edited_message_replaces_the_first_and_the_summary_shows_what_was_said_last() -> None:
    player = Player()
    story = (
        "lampu jalan mati di depan rumah kami sejak hari senin malam dan belum ada petugas yang datang melihat ke sini"
    )
    player.hear(player.message(story))
    player.hear(player.message(f"{story} sama sekali"))
    player.hear(player.message("Palaran"))
    draft = player.conversation.draft
    assert draft is not None
    assert draft.texts == (f"{story} sama sekali", "Palaran")
    player.hear(player.message("yang di sebelah masjid"))
    draft = player.conversation.draft
    assert draft is not None
    assert "… yang di sebelah masjid”" in summary(draft).text


def test_every_offer_to_pass_a_question_on_fits_a_message() -> None:
    for text in (
        "cara bikin ktp",
        "samsat buka jam berapa",
        "nib",
        "skck",
        "paspor jam buka",
        "alamat kantor gubernur",
    ):
        draft = drafts.begin(Player().message("").reserved).with_(texts=(text,), information=True)
        assert len(offer_to_forward(draft).text) <= LONGEST


def test_the_same_reply_ends_and_comes_again_after_a_pause() -> None:
    player = Player()
    given = [bool(player.hear(player.message("halo")).replies) for _ in range(MOST_EQUAL + 2)]
    assert given == [True] * MOST_EQUAL + [False, False]
    player.wait(FORGOTTEN_AFTER)
    assert player.hear(player.message("halo")).replies


def test_the_state_of_a_complaint_is_told_however_often() -> None:
    player = Player()
    player.hear(player.message("Lampu jalan di Loa Kulu padam"))
    assert all(player.hear(player.message("STATUS")).replies for _ in range(2 * MOST_EQUAL))
