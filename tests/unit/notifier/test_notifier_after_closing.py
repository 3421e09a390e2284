"""The two questions after the end of a case: asked once, on the channel used, and never in the night."""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.whatsapp import body
from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.rules.notice_values import notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState
from services.notifier.texts import Content, compose, text_book
from shared.events import cases, cases_merged
from shared.events.cases_answer import Extended, Rated
from shared.events.deadlines import Escalated
from shared.events.fact import Fact
from shared.labels import SATISFACTION
from tests.support.notifier_facts import linked, opened
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, States, fold_one, states_after

LINK = "https://tanggap.example/aduan/KT-7F3K-9Q2M-X/rahasia"
ANSWER = cases.Resolved(opd="dishub", answer="Lampu sudah menyala.")
NIGHT = datetime(2026, 4, 6, 15, 30, tzinfo=UTC)  # 23.30 WITA
ASKS = ("ask_solved", "ask_rating")


def case(*facts: Fact, **more: Any) -> States:
    first = ((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON, **more)))
    return states_after(*first) if not facts else _after(states_after(*first), facts)


def _after(states: States, facts: tuple[Fact, ...]) -> States:
    for fact in facts:
        states |= fold_one(states, COMPLAINT, fact).states
    return states


def notices(states: States, fact: Fact, at: datetime = NOW) -> list[NewNotice]:
    change = fold_one(states, COMPLAINT, fact, at, at)
    return [row for row in change.rows if isinstance(row, NewNotice) and row.audience is Audience.CITIZEN]


def message(row: NewNotice, channel: Channel) -> Content:
    state = CaseState(ticket="KT-7F3K-9Q2M-X", opd="dishub")
    names = {"dishub": "Dinas Perhubungan"}
    notice = notice_of(row.kind, row.occurred_at, row.values, case=state, link=LINK, opd_names=names)
    return compose(Audience.CITIZEN, channel, [notice])


def closing(by: Any, *facts: Fact) -> NewNotice:
    return notices(case(*(facts or (ANSWER,))), cases.Closed(by=by))[0]


@pytest.mark.parametrize("by", ["silence", "admin"])
@pytest.mark.parametrize("outcome", ["fixed", "explained", "not_possible", "scheduled"])
def test_whoever_did_not_close_it_is_first_asked_whether_it_is_solved(by: str, outcome: Any) -> None:
    more: dict[str, Any] = {"scheduled": {"until": date(2026, 4, 15)}, "not_possible": {"reason": "Kuota."}}
    answer = cases.Resolved(opd="dishub", answer="Ini jawabannya.", outcome=outcome, **more.get(outcome, {}))
    said = message(closing(by, answer), Channel.WHATSAPP)
    assert "Apakah masalahnya selesai?" in said.text
    assert said.buttons == (
        ("confirm:KT-7F3K-9Q2M-X", "Ya, sudah selesai"),
        ("dispute:KT-7F3K-9Q2M-X", "Belum selesai"),
    )


def test_the_citizens_own_act_is_followed_by_the_second_question() -> None:
    said = message(closing("citizen"), Channel.WHATSAPP)
    assert "Seberapa puas Anda" in said.text
    titles = [f"{number} {words}" for number, words in SATISFACTION.items()]
    assert said.buttons == tuple((f"rate:KT-7F3K-9Q2M-X:{title[0]}", title) for title in titles)


def test_who_has_rated_the_answer_is_not_asked_again() -> None:
    row = closing("citizen", ANSWER, Rated(stars=4, scale=4))
    assert ("variant" in row.values, message(row, Channel.WHATSAPP).buttons) == (False, ())


def test_a_new_round_is_asked_about_anew() -> None:
    again = cases.Reopened(opd="dishub", assignment_id=uuid4(), round=2, class_="no_oversight", priority="normal")
    assert closing("citizen", ANSWER, Rated(stars=1, scale=4), again, ANSWER).values["variant"] == "ask_rating"


def test_a_rating_alone_tells_nobody() -> None:
    assert notices(case(ANSWER), Rated(stars=4, scale=4)) == []


def test_a_merged_case_asks_nothing_and_the_case_that_goes_on_asks_its_people() -> None:
    assert [row.kind for row in notices(case(), cases_merged.Merged(into=uuid4(), into_ticket="KT-2222-3333-X"))] == [
        NoticeKind.MERGED
    ]
    other = uuid4()
    joined = case(cases_merged.MergedFrom(source=uuid4(), source_ticket="KT-2222-3333-X", contacts=(other,)), ANSWER)
    asked = notices(joined, cases.Closed(by="silence"))
    assert {row.contact for row in asked} == {PERSON, other}
    assert {row.values["variant"] for row in asked} == {"ask_solved"}


def test_a_case_that_had_ended_before_it_came_to_us_asks_nothing() -> None:
    assert notices(case(state="closed"), cases.Closed(by="silence")) == []


def test_an_erased_case_asks_nothing() -> None:
    assert notices(case(ANSWER, cases.CaseErased()), cases.Closed(by="silence")) == []


def test_the_question_waits_for_the_morning_even_if_the_case_is_urgent() -> None:
    row = notices(case(ANSWER, priority="urgent"), cases.Closed(by="admin"), NIGHT)[0]
    assert (row.due, row.at_once) == (datetime(2026, 4, 6, 23, 0, tzinfo=UTC), False)


def test_the_second_question_answers_the_citizens_own_act_at_once() -> None:
    row = notices(case(ANSWER), cases.Closed(by="citizen"), NIGHT)[0]
    assert (row.due, row.at_once) == (NIGHT, True)


@pytest.mark.parametrize("by", ["silence", "citizen"])
def test_a_mail_links_to_the_page_at_the_question(by: str) -> None:
    assert f"{LINK}#tindakan" in message(closing(by), Channel.EMAIL).text


@pytest.mark.parametrize(("by", "number"), [("silence", 2), ("citizen", 4)])
def test_outside_the_window_the_template_has_a_quick_reply_for_each_answer(by: str, number: int) -> None:
    content = message(closing(by), Channel.WHATSAPP)
    outgoing = Outgoing(
        id=uuid4(),
        address="+6280000000123",
        content=content,
        free_text=False,
        in_reply_to=None,
        occurred_at=NOW,
        data={},
    )
    text, *replies = body(outgoing)["template"]["components"]
    assert text["type"] == "body"
    assert [reply["index"] for reply in replies] == [str(index) for index in range(number)]
    assert {(reply["type"], reply["sub_type"]) for reply in replies} == {("button", "quick_reply")}
    assert [reply["parameters"] for reply in replies] == [
        [{"type": "payload", "payload": choice}] for choice, _ in content.buttons
    ]


@pytest.mark.parametrize("name", ASKS)
def test_each_template_has_the_places_of_its_parameters_and_short_titles(name: str) -> None:
    entry = text_book()["citizen"]["closed"][name]
    places = re.findall(r"\{\{(\d+)\}\}", entry["approved"]["body"])
    assert places == [str(number + 1) for number in range(len(entry["approved"]["params"]))]
    # The platform takes 25 characters for a quick reply, 24 for a row, 20 for a button.
    assert all(len(title) <= 20 for _, title in entry["buttons"])
    assert not entry["approved"]["body"].endswith("}}")


def test_the_citizen_hears_why_an_information_request_takes_longer() -> None:
    row = notices(case(class_="information"), Extended(opd="dishub", reason="Datanya dihimpun."))[0]
    said = message(row, Channel.WHATSAPP)
    assert "Alasannya: Datanya dihimpun." in said.text
    assert "Pasal 22 ayat (8)" in said.text


def test_the_answer_to_an_information_request_names_the_ways_after_it() -> None:
    row = notices(case(class_="information"), ANSWER)[0]
    assert "atasan PPID dalam 30 hari kerja" in message(row, Channel.EMAIL).text
    assert "PPID" not in message(notices(case(), ANSWER)[0], Channel.EMAIL).text


def test_information_that_was_given_is_asked_about_as_an_explanation() -> None:
    said = message(notices(case(class_="information"), ANSWER)[0], Channel.WHATSAPP)
    assert ("Apakah jawaban ini cukup" in said.text, "sudah selesai" in said.text) == (True, False)


def test_the_citizen_hears_of_the_time_with_the_ticket() -> None:
    change = fold_one(states_after((PERSON, linked(COMPLAINT))), COMPLAINT, opened(NOW, PERSON, class_="information"))
    row = next(row for row in change.rows if isinstance(row, NewNotice))
    assert "10 hari kerja sejak diterima" in message(row, Channel.WHATSAPP).text


def test_a_late_information_request_leads_to_the_ppid_and_not_to_the_ombudsman() -> None:
    late = Escalated(clock="resolve", run=1, level=3, offset="+5d", due_at=NOW, opd="dishub", to=("citizen",))
    said = message(notices(case(class_="information"), late)[0], Channel.EMAIL).text
    assert ("Komisi Informasi" in said, "Ombudsman" in said) == (True, False)
    assert "Ombudsman" in message(notices(case(), late)[0], Channel.EMAIL).text


def test_the_officer_hears_of_the_duty_with_the_assignment() -> None:
    fact = cases.Assigned(opd="dishub", assignment_id=uuid4(), class_="information", priority="normal")
    change = fold_one(case(), COMPLAINT, fact)
    row = next(row for row in change.rows if isinstance(row, NewNotice) and row.audience is Audience.OFFICER)
    state = CaseState(ticket="KT-7F3K-9Q2M-X", opd="dishub")
    notice = notice_of(row.kind, row.occurred_at, row.values, case=state, link=LINK, opd_names={})
    assert "UU 14/2008" in compose(Audience.OFFICER, Channel.EMAIL, [notice]).text
