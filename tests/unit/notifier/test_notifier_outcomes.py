"""The outcome of an answer in messages: one text for each, and "selesai" only where it was repaired."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import pytest

from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.rules.notice_values import notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState
from services.notifier.texts import Content, approved_names, compose, text_book
from shared.events import cases
from shared.events.cases_answer import AnswerOutcome, Called
from shared.events.fact import Fact
from shared.ids import new_id
from tests.support.notifier_facts import linked, opened
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, fold_one, states_after

LINK = "https://tanggap.example/a/KT-7F3K-9Q2M-X"
OTHERS = [one for one in get_args(AnswerOutcome) if one != "fixed"]
MORE: dict[str, dict[str, Any]] = {
    "scheduled": {"until": date(2026, 4, 15)},
    "not_possible": {"reason": "Kuotanya diatur pusat.", "legal_basis": "Pasal 15 UU 2/2022"},
    "not_ours": {"to": "Pemerintah Kota Samarinda"},
}
SELESAI = re.compile(r"\bselesai\b", re.IGNORECASE)
VARIANTS = [("resolved", name) for name in OTHERS] + [("reopened", "promise_passed")]


def answered(outcome: AnswerOutcome) -> cases.Resolved:
    return cases.Resolved(opd="dishub", answer="Ini jawaban kami.", outcome=outcome, **MORE.get(outcome, {}))


def came_back() -> cases.Reopened:
    return cases.Reopened(
        opd="dishub",
        assignment_id=new_id(),
        round=2,
        class_="no_oversight",
        priority="normal",
        promised=date(2026, 4, 15),
    )


def notices(fact: Fact) -> list[NewNotice]:
    states = states_after((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON)))
    return [row for row in fold_one(states, COMPLAINT, fact).rows if isinstance(row, NewNotice)]


def message(fact: Fact, channel: Channel, audience: Audience = Audience.CITIZEN) -> Content:
    row = next(row for row in notices(fact) if row.audience is audience)
    case = CaseState(ticket="KT-7F3K-9Q2M-X", opd="dishub")
    names = {"dishub": "Dinas Perhubungan"}
    return compose(
        audience, channel, [notice_of(row.kind, row.occurred_at, row.values, case=case, link=LINK, opd_names=names)]
    )


def whole(content: Content) -> str:
    return "\n".join(
        (content.subject, content.text, *content.approved.params, *(title for _, title in content.buttons))
    )


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(one)


@pytest.mark.parametrize("channel", list(Channel))
@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("fixed", "menjawab aduan"),
        ("explained", "memberi penjelasan"),
        ("scheduled", "sampai Rabu, 15 April 2026"),
        (
            "not_possible",
            "tidak dapat dilakukan. Alasannya: Kuotanya diatur pusat.\nDasar hukumnya: Pasal 15 UU 2/2022",
        ),
        ("not_ours", "wewenang Pemerintah Kota Samarinda"),
    ],
)
def test_every_outcome_has_its_text_with_the_answer(outcome: AnswerOutcome, words: str, channel: Channel) -> None:
    content = message(answered(outcome), channel)
    assert words in content.text
    assert "Ini jawaban kami." in content.text
    assert any("Ini jawaban kami." in param for param in content.approved.params)
    assert bool(SELESAI.search(whole(content))) == (outcome == "fixed")


@pytest.mark.parametrize("outcome", get_args(AnswerOutcome))
def test_every_outcome_asks_with_two_buttons(outcome: AnswerOutcome) -> None:
    buttons = message(answered(outcome), Channel.WHATSAPP).buttons
    assert [id_.partition(":")[0] for id_, _ in buttons] == ["confirm", "dispute"]
    assert all(len(title) <= 20 for _, title in buttons)


def test_the_texts_say_selesai_only_of_what_was_repaired() -> None:
    said: set[str] = set()
    for kind, entry in text_book()["citizen"].items():
        for name, part in entry.items():
            if any(SELESAI.search(words) for words in strings(part)):
                said.add(f"{kind}.{name}")
    # After the end everybody is asked, whatever the answer was.
    assert said == {"resolved.text", "resolved.buttons", "resolved.approved", "closed.ask_solved"}
    rest = {name: part for name, part in text_book().items() if name != "citizen"}
    assert [words for words in strings(rest) if SELESAI.search(words)] == []


@pytest.mark.parametrize(("kind", "variant"), VARIANTS)
def test_a_variant_uses_a_template_that_is_approved_and_fits_it(kind: str, variant: str) -> None:
    approved = text_book()["citizen"][kind][variant]["approved"]
    assert approved["name"] in approved_names()
    assert approved["body"] == text_book()["citizen"]["progressed"]["approved"]["body"]
    assert len(approved["params"]) == len(re.findall(r"\{\{\d+\}\}", approved["body"]))


@pytest.mark.parametrize("outcome", OTHERS)
def test_a_text_without_its_values_shows_no_gap(outcome: AnswerOutcome) -> None:
    case = CaseState(ticket="KT-7F3K-9Q2M-X", opd="dishub")
    row = notices(answered("fixed"))[0]
    notice = notice_of(NoticeKind.RESOLVED, row.occurred_at, {"variant": outcome}, case=case, link=LINK, opd_names={})
    content = compose(Audience.CITIZEN, Channel.WHATSAPP, [notice])
    assert not re.search(r"None|Undefined|\{\{|\{%|  ", whole(content))


def test_a_promise_that_has_passed_is_told_to_citizen_and_officer() -> None:
    citizen = message(came_back(), Channel.EMAIL)
    assert "Tanggal itu sudah lewat" in citizen.text
    assert "Keberatan" not in whole(citizen)
    officer = message(came_back(), Channel.EMAIL, Audience.OFFICER)
    assert "dijanjikan sampai Rabu, 15 April 2026" in officer.text
    assert "keberatan" not in officer.text


def test_a_promise_that_has_passed_waits_for_the_send_window() -> None:
    assert {row.at_once for row in notices(came_back())} == {False}
    disputed = came_back().model_copy(update={"promised": None})
    assert any(row.at_once for row in notices(disputed))


def test_a_call_alone_is_told_to_nobody() -> None:
    assert notices(Called(answer="not_reached")) == []
