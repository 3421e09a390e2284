"""The wording of messages."""

import re
from typing import Any

import pytest

from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.texts import MAX_TEXT, Notice, compose, one_line, text_book

LINK = "https://tanggap.example/a/KT-7F3K-9Q2M-X"
VALUES: dict[str, Any] = {
    "opd": "Dinas Perhubungan",
    "due": "Senin, 16 Maret 2026 pukul 16.00 WITA",
    "was_due": "Senin, 16 Maret 2026 pukul 16.00 WITA",
    "question": "Di kilometer berapa lampunya padam?",
    "answer": "Lampu di simpang Lembuswana sudah diganti.",
    "reason": "Menunggu suku cadang.",
    "until": "Kamis, 2 April 2026",
    "to": "Pemerintah Kota Samarinda",
    "next_step": "Sampaikan ke Dinas Lingkungan Hidup Kota Samarinda.",
    "closed_by": "silence",
    "survivor": "KT-AAAA-BBBB-C",
    "clock": "ditanggapi",
    "level": 2,
    "topic": "lampu jalan",
    "place": "Samarinda Ulu",
    "text": "Terima kasih.",
    "template": "reply",
}
CITIZEN = [NoticeKind(name) for name in text_book()["citizen"]]
STAFF = [NoticeKind(name) for name in text_book()["staff"]]


def notice(kind: NoticeKind, **values: Any) -> Notice:
    return Notice(kind, "KT-7F3K-9Q2M-X", LINK, {**VALUES, **values})


@pytest.mark.parametrize("kind", CITIZEN)
@pytest.mark.parametrize("channel", list(Channel))
def test_every_message_to_a_citizen_names_ticket_and_link(kind: NoticeKind, channel: Channel) -> None:
    content = compose(Audience.CITIZEN, channel, [notice(kind)])
    assert "KT-7F3K-9Q2M-X" in content.text
    assert LINK in content.text
    assert "\n" not in content.subject


@pytest.mark.parametrize("kind", STAFF)
def test_every_message_to_staff_names_ticket_and_link(kind: NoticeKind) -> None:
    content = compose(Audience.OFFICER, Channel.EMAIL, [notice(kind)])
    assert "KT-7F3K-9Q2M-X" in content.subject
    assert LINK in content.text


@pytest.mark.parametrize("name", [name for name, entry in text_book()["reply"].items() if "approved" in entry])
def test_the_approved_template_of_an_answer_gets_as_many_parameters_as_it_has_places(name: str) -> None:
    approved = text_book()["reply"][name]["approved"]
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.REPLY, template=name)])
    places = re.findall(r"\{\{(\d+)\}\}", approved["body"])
    assert content.approved.name == approved["name"]
    assert places == [str(number + 1) for number in range(len(content.approved.params))]
    assert LINK in content.approved.params


@pytest.mark.parametrize("kind", CITIZEN)
def test_an_approved_template_gets_as_many_parameters_as_it_has_places(kind: NoticeKind) -> None:
    approved = text_book()["citizen"][kind.value]["approved"]
    places = re.findall(r"\{\{(\d+)\}\}", approved["body"])
    assert places == [str(number + 1) for number in range(len(approved["params"]))]


@pytest.mark.parametrize("kind", CITIZEN)
def test_an_approved_template_neither_begins_nor_ends_with_a_parameter_alone(kind: NoticeKind) -> None:
    assert not text_book()["citizen"][kind.value]["approved"]["body"].endswith("}}")


@pytest.mark.parametrize("kind", CITIZEN)
def test_parameters_hold_no_line_breaks(kind: NoticeKind) -> None:
    content = compose(
        Audience.CITIZEN, Channel.WHATSAPP, [notice(kind, answer="baris satu\n\nbaris dua\tlagi", text="a\nb")]
    )
    assert not [param for param in content.approved.params if re.search(r"[\n\t]|\s{2}", param) or not param]


@pytest.mark.parametrize("kind", CITIZEN + STAFF)
def test_no_message_shows_a_missing_value(kind: NoticeKind) -> None:
    audience = Audience.CITIZEN if kind in CITIZEN else Audience.HEAD
    missing = Notice(kind, "KT-7F3K-9Q2M-X", LINK, {"opd": "Dishub", "template": "received"})
    content = compose(audience, Channel.WHATSAPP, [missing])
    assert not re.search(r"None|Undefined|\{\{|\{%", content.text + content.subject + "".join(content.approved.params))


def test_an_acknowledgement_says_by_when_the_next_step_is_due() -> None:
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.ACKNOWLEDGED)])
    assert "paling lambat Senin, 16 Maret 2026 pukul 16.00 WITA" in content.text


def test_several_notices_to_one_person_become_one_message() -> None:
    content = compose(
        Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.ACKNOWLEDGED), notice(NoticeKind.ASSIGNED)]
    )
    assert content.text.count("Halo dari Tanggap") == 1
    assert content.text.count(LINK) == 1
    assert "kami terima" in content.text
    assert "diteruskan ke Dinas Perhubungan" in content.text
    assert content.approved.params[0] == "2"


@pytest.mark.parametrize(
    ("by", "words"),
    [("silence", "tidak menerima kabar"), ("citizen", "kabar dari Anda"), ("admin", "admin koordinator")],
)
def test_a_closing_says_who_closed_it(by: str, words: str) -> None:
    assert words in compose(Audience.CITIZEN, Channel.EMAIL, [notice(NoticeKind.CLOSED, closed_by=by)]).text


def test_a_long_answer_fits_into_one_whatsapp_text_with_its_link() -> None:
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.RESOLVED, answer="panjang " * 2000)])
    assert len(content.text) <= MAX_TEXT
    assert content.text.endswith(LINK)


def buttons_of(word: str) -> tuple[tuple[str, str], ...]:
    return ("confirm:KT-7F3K-9Q2M-X", f"Sudah {word}"), ("dispute:KT-7F3K-9Q2M-X", f"Belum {word}")


@pytest.mark.parametrize(
    ("kind", "word"),
    [(NoticeKind.RESOLVED, "selesai"), (NoticeKind.REPLIED, "teratasi"), (NoticeKind.REPLY_HANDLED, "teratasi")],
)
def test_the_question_whether_it_is_solved_has_two_buttons_that_name_the_complaint(kind: NoticeKind, word: str) -> None:
    assert compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(kind, asks=True)]).buttons == buttons_of(word)
    both = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.PROGRESSED), notice(kind, asks=True)])
    assert both.buttons == buttons_of(word)


@pytest.mark.parametrize("kind", [NoticeKind.REPLIED, NoticeKind.REPLY_HANDLED])
def test_where_nothing_is_asked_there_are_no_buttons(kind: NoticeKind) -> None:
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(kind, asks=False)])
    assert (content.buttons, "apakah masalahnya" in content.text.lower()) == ((), False)


def test_a_text_too_long_for_buttons_goes_without_them_and_says_what_to_answer() -> None:
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.RESOLVED, answer="x" * 1200)])
    assert (content.buttons, "Balas SUDAH atau BELUM" in content.text) == ((), True)


def test_two_questions_in_one_message_have_no_buttons() -> None:
    assert (
        compose(
            Audience.CITIZEN, Channel.WHATSAPP, [notice(NoticeKind.RESOLVED), notice(NoticeKind.REPLIED, asks=True)]
        ).buttons
        == ()
    )


def test_an_empty_parameter_becomes_a_dash() -> None:
    assert one_line(" \n ") == "-"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"came_from": "opd", "given": True}, "kami tarik dari Dinas Perhubungan"),
        ({"came_from": "referral", "given": False}, "Penerusan aduan KT-7F3K-9Q2M-X ke instansi lain kami cabut"),
        ({"came_from": "question", "given": False}, "tanpa menunggu keterangan tambahan"),
    ],
)
def test_a_decision_that_is_undone_is_told_with_its_reason_and_what_follows(values: dict[str, Any], said: str) -> None:
    content = compose(Audience.CITIZEN, Channel.EMAIL, [notice(NoticeKind.TAKEN_BACK, **values)])
    assert said in content.text
    assert "Alasannya: Menunggu suku cadang." in content.text
    assert ("paling lambat Senin, 16 Maret 2026 pukul 16.00 WITA" in content.text) is not values["given"]
    assert "Alasannya: Menunggu suku cadang." in content.approved.params[2]
