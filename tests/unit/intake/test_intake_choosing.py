"""The reporter is asked what a complaint is about: when, how often, and what becomes of the answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.actions.asking import BETWEEN, ONE_OF, AskingShare
from services.intake.api.forms import act_of
from services.intake.api.tracking import tracking_of
from services.intake.api.views import mark_of, own_view
from services.intake.errors import NotAsked
from services.intake.rules.commands import AskChoice, ContactPerson, Hear, NoteAsked, Reserved, SourceMessage
from services.intake.rules.commands_citizen import Choose
from services.intake.rules.fold import fold
from services.intake.state import Complaint, Contact, Conversation
from shared.events import cases
from shared.events.catalogue import CASES
from shared.events.contacts import ReplyRequested
from shared.events.fact import Fact, OfferedChoice
from shared.events.submissions_choice import ChoiceAsked, CitizenChose
from shared.ids import new_id
from shared.pipeline import Change, Item

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
KEY, PERSON = new_id(), new_id()
TICKET = "KT-7F3K-9Q2M-X"
CHOICES = (
    OfferedChoice(topic="school", authority="regency_or_city", sentence="Sekolah PAUD, SD, atau SMP"),
    OfferedChoice(topic="school", authority="province", sentence="Sekolah SMA, SMK, atau SLB"),
)
TRIAGED = cases.Triaged(desk="triage", reasons=("Belum jelas jenjangnya.",), choices=CHOICES)
ASSIGNED = cases.Assigned(assignment_id=new_id(), opd="disdikbud", class_="no_oversight", priority="normal")


def complaint(channel: str = "web", **more: Any) -> Complaint:
    given: dict[str, Any] = {"ticket": TICKET, "channel": channel, "received_at": NOW}
    return Complaint(**(given | more))


def person(**more: Any) -> Contact:
    talk = Conversation(last_at=NOW)
    given: dict[str, Any] = {"address": "6280000000123", "complaints": (KEY,), "conversation": talk}
    return Contact(**(given | more))


def folded(
    states: dict[UUID, Any], data: Any, key: UUID = KEY, at: datetime = NOW, **more: Any
) -> Change[Complaint | Contact]:
    topic = CASES if isinstance(data, Fact) else None
    return fold(states, Item(key, data, "router", at, new_id(), (key,), topic=topic, sequence=1), at, **more)


def after(before: Complaint, *said: Any, at: datetime = NOW) -> Complaint:
    for data in said:
        found = folded({KEY: before}, data, at=at).states.get(KEY, before)
        assert isinstance(found, Complaint)
        before = found
    return before


def asked(channel: str = "web") -> Complaint:
    before = after(complaint(channel, contacts=(PERSON,)), TRIAGED)
    return before if channel == "web" else after(before, NoteAsked())


def page(of: Complaint) -> tuple[tuple[int, str], ...]:
    return tracking_of(of, own_view(of, None, NOW), acted=False).choices


def test_the_tracking_page_of_a_web_complaint_asks_at_once() -> None:
    change = folded({KEY: complaint()}, TRIAGED)
    assert [type(out.data) for out in change.events] == [ChoiceAsked]
    shown = after(complaint(), TRIAGED)
    assert page(shown) == ((1, CHOICES[0].sentence), (2, CHOICES[1].sentence), (0, "Bukan ini"))
    assert mark_of(own_view(shown, None, NOW)) != mark_of(own_view(complaint(), None, NOW))


@pytest.mark.parametrize("channel", ["sp4n", "email", "adapter"])
def test_nobody_is_asked_on_a_channel_without_a_free_reply(channel: str) -> None:
    change = folded({KEY: complaint(channel, contacts=(PERSON,))}, TRIAGED)
    assert (change.events, change.forwards) == ((), ())
    assert page(after(complaint(channel), TRIAGED)) == ()


def test_nobody_is_asked_who_has_left_or_where_enough_were_asked() -> None:
    old = complaint(received_at=NOW - timedelta(minutes=11))
    assert folded({KEY: old}, TRIAGED).events == ()
    closed = folded({KEY: complaint()}, TRIAGED, may_ask=False)
    assert closed.events == ()
    assert [entry.what for entry in closed.states[KEY].timeline] == ["triaged_triage"]  # type: ignore[union-attr]


def test_a_chat_asks_by_the_conversation_and_the_complaint_knows() -> None:
    change = folded({KEY: complaint("whatsapp", contacts=(PERSON,))}, TRIAGED)
    assert change.events == ()
    [(key, question)] = change.forwards
    assert key == PERSON
    asking = folded({PERSON: person()}, question, PERSON)
    [out] = asking.events
    assert isinstance(out.data, ReplyRequested)
    assert out.data.params["choice:pick:KT-7F3K-9Q2M-X:2"] == "Sekolah SMA, SMK, atau SLB"
    assert out.data.params["text"].splitlines()[-1] == "3. Bukan ini"
    assert asking.forwards == ((KEY, NoteAsked()),)
    noted = folded({KEY: change.states[KEY]}, NoteAsked())
    assert [out.data for out in noted.events] == [ChoiceAsked(channel="whatsapp", shown=2)]


@pytest.mark.parametrize(
    "who",
    [
        person(opted_out=True),
        person(erased=True),
        person(same_as=new_id()),
        person(channel="instagram"),
        person(conversation=None),
        person(conversation=Conversation()),
        person(conversation=Conversation(last_at=NOW - timedelta(minutes=11))),
        person(conversation=Conversation(last_at=NOW, asked="place later")),
    ],
)
def test_a_conversation_does_not_ask_a_person_who_is_gone_or_busy(who: Contact) -> None:
    question = AskChoice(KEY, TICKET, "whatsapp", CHOICES)
    assert folded({PERSON: who}, question, PERSON) == Change()


def test_each_complaint_is_asked_about_once() -> None:
    again = folded({KEY: asked()}, TRIAGED)
    assert again.events == ()
    assert page(after(asked(), TRIAGED)) == ()


def test_the_choice_goes_to_the_router_and_the_page_thanks() -> None:
    change = folded({KEY: asked()}, Choose(2, "web"))
    [out] = change.events
    assert out.data == CitizenChose(
        topic="school", authority="province", sentence="Sekolah SMA, SMK, atau SLB", channel="web"
    )
    chosen = after(asked(), Choose(2, "web"))
    assert page(chosen) == ()
    assert (chosen.timeline[-1].what, chosen.timeline[-1].quote) == ("chose", "Sekolah SMA, SMK, atau SLB")
    assert tracking_of(chosen, own_view(chosen, None, NOW), acted=True).done is not None


def test_none_of_these_names_no_topic() -> None:
    [out] = folded({KEY: asked()}, Choose(0, "web")).events
    assert out.data == CitizenChose(sentence="Bukan ini", channel="web")


@pytest.mark.parametrize(("before", "number"), [(complaint(), 1), (asked(), 3), (after(asked(), Choose(1, "web")), 1)])
def test_an_answer_without_an_open_question_is_refused(before: Complaint, number: int) -> None:
    with pytest.raises(NotAsked):
        folded({KEY: before}, Choose(number, "web"))


def test_a_choice_after_the_decision_is_passed_on_and_the_page_asks_no_more() -> None:
    decided = after(asked(), ASSIGNED)
    assert page(decided) == ()
    [out] = folded({KEY: decided}, Choose(1, "web")).events
    assert isinstance(out.data, CitizenChose)


def test_a_button_that_is_pressed_twice_chooses_once() -> None:
    states: dict[UUID, Any] = {PERSON: person(), KEY: asked("whatsapp")}
    replies = []
    for number in (1, 2):
        said = SourceMessage(ContactPerson(PERSON, "whatsapp", "6280000000123"), NOW, f"hash-{number}")
        press = Hear(said, Reserved(new_id(), "KT-0000-0000-X", "/x", NOW), choice=f"pick:{TICKET}:1", cases=(KEY,))
        change = fold(states, Item(PERSON, press, "citizen", NOW, new_id(), (PERSON, KEY)), NOW)
        states |= change.states
        replies += [out.data for out in change.events]
    assert len([one for one in replies if isinstance(one, CitizenChose)]) == 1
    texts = [one.params["text"] for one in replies if isinstance(one, ReplyRequested)]
    assert texts[1] == "Terima kasih, pertanyaan itu sudah tidak perlu dijawab lagi."


def test_a_button_of_another_persons_complaint_chooses_nothing() -> None:
    said = SourceMessage(ContactPerson(PERSON, "whatsapp", "6280000000123"), NOW, "hash")
    press = Hear(said, Reserved(new_id(), "KT-0000-0000-X", "/x", NOW), choice=f"pick:{TICKET}:1")
    change = fold({PERSON: person(complaints=())}, Item(PERSON, press, "citizen", NOW, new_id(), (PERSON,)), NOW)
    assert not [out for out in change.events if isinstance(out.data, CitizenChose)]


def test_the_form_names_a_sentence_by_its_number() -> None:
    assert act_of({"tindakan": "pilih", "pilihan": "2"}) == Choose(2, channel="web")
    for wrong in ("", "x", "12", "²"):
        assert act_of({"tindakan": "pilih", "pilihan": wrong}) == {"pilihan-1": "Pilih salah satu kalimat."}


def test_at_most_a_third_are_asked_whatever_comes() -> None:
    share = AskingShare()
    assert not share.open
    filed = asked_ones = 0
    for _ in range(400):
        share.counted(filed, asked_ones)
        # Every complaint of a rush is worth a question, and the count lags behind by so many.
        for _ in range(BETWEEN):
            filed += 1
            asked_ones += share.open
        assert asked_ones * ONE_OF <= filed
    assert asked_ones > filed / 4
