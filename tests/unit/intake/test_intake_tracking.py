"""The tracking page: what waits after an act, what the page asks first, and what a stranger reads."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake import labels
from services.intake.api.forms import act_of
from services.intake.api.sentences import sentence, standing
from services.intake.api.tracking import Tracking, tracking_of
from services.intake.api.views import mark_of, own_view, public_view
from services.intake.rules.commands import ContactPerson, SendLinkAgain, Submit
from services.intake.rules.commands_citizen import Confirm, Dispute, Rate, Reply, Withdraw
from services.intake.rules.fold import fold
from services.intake.rules.links import EvidenceLink
from services.intake.rules.lost_link import LINKS
from services.intake.rules.pending import pending_act
from services.intake.state import ClockShown, Complaint, Contact, TimelineEntry
from shared.events import cases
from shared.events.cases_answer import AnswerOutcome
from shared.events.catalogue import CASES
from shared.events.contacts import ContactChannel, ReplyRequested
from shared.events.fact import Attachment, Fact
from shared.events.submissions import ComplaintContent
from shared.ids import new_id
from shared.labels import STATES
from shared.pipeline import Change, Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, PERSON = new_id(), new_id()
YOU = re.compile(r"\banda\b", re.IGNORECASE)
ANSWER = cases.Resolved(opd="dishub", answer="Lampu sudah diganti.")
QUESTION = cases.InfoRequested(opd="dishub", question="Tiang nomor berapa?")
REOPENED = cases.Reopened(opd="dishub", assignment_id=new_id(), round=2, class_="no_oversight", priority="normal")
CLOSED = cases.Closed(by="citizen")
YES, NO = Confirm(channel="web"), Dispute(reason="Masih padam.", channel="web")
MORE, BACK = Reply(text="Tiang nomor 17.", channel="web"), Withdraw(channel="web")


def folded(states: dict[UUID, Any], data: Any, at: datetime) -> Change[Complaint | Contact]:
    topic = CASES if isinstance(data, Fact) else None
    return fold(states, Item(KEY, data, "x", at, new_id(), (KEY,), topic=topic, sequence=1), at)


def after(*said: Any, **more: Any) -> Complaint:
    """The complaint after these facts and acts, an hour apart."""
    complaint = Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", state="in_progress", opd="dishub", **more)
    for number, data in enumerate(said):
        changed = folded({KEY: complaint}, data, NOW + timedelta(hours=number)).states.get(KEY, complaint)
        assert isinstance(changed, Complaint)
        complaint = changed
    return complaint


def page(complaint: Complaint, *, acted: bool = False) -> Tracking:
    return tracking_of(complaint, own_view(complaint, None, NOW), acted=acted)


@pytest.mark.parametrize(
    ("said", "pending"),
    [
        ((ANSWER, YES), "confirmed"),
        ((ANSWER, NO), "disputed"),
        ((ANSWER, BACK), "withdrew"),
        ((BACK,), "withdrew"),
        ((QUESTION, MORE), "replied"),
        ((ANSWER, MORE), "replied"),
        ((ANSWER, cases.Closed(by="silence"), NO), "disputed"),
        ((ANSWER, YES, cases.Closed(by="silence")), "confirmed"),
        ((ANSWER, YES, cases.Progressed(opd="dishub", public=False, text="Dicatat.")), None),
        ((ANSWER, YES, cases.PutOff(opd="dishub", until=date(2026, 4, 1), reason="Menunggu.")), "confirmed"),
    ],
)
def test_an_act_waits_until_the_router_has_answered_it(said: tuple[Any, ...], pending: str | None) -> None:
    assert pending_act(after(*said)) == pending


@pytest.mark.parametrize(
    "said",
    [
        (ANSWER, YES, cases.Closed(by="citizen")),
        (ANSWER, NO, REOPENED),
        (ANSWER, YES, cases.Closed(by="silence"), cases.Closed(by="citizen")),
        (ANSWER, MORE, cases.ReplyHandled(outcome="closed"), cases.Closed(by="admin")),
        (BACK, cases.Archived(reason="withdrawn")),
        (QUESTION, MORE, cases.InfoReceived(state="in_progress", text="Tiang nomor 17.")),
        (ANSWER, MORE, cases.Replied(text="Tiang nomor 17.", state="resolved")),
        (
            ANSWER,
            MORE,
            cases.Replied(text="a", state="resolved"),
            MORE,
            cases.Replied(text="b", state="resolved", waiting=2),
        ),
        (ANSWER, YES, cases.Noted(what="submission.citizen_confirmed", why="resolved")),
        (MORE,),
        (ANSWER, NO, REOPENED, ANSWER),
        (ANSWER, Rate(stars=4, scale=4, channel="web")),
    ],
)
def test_nothing_waits_when_the_act_was_answered_or_needs_no_answer(said: tuple[Any, ...]) -> None:
    assert pending_act(after(*said)) is None


@pytest.mark.parametrize("act", [YES, NO, BACK, MORE])
def test_a_page_right_after_an_act_says_that_it_is_under_way_and_asks_nothing_again(act: Any) -> None:
    complaint = after(QUESTION if act is MORE else ANSWER, act)
    told = page(complaint, acted=True)
    assert (told.headline, told.pending) == ("Sedang diproses", True)
    assert re.search(r"sedang di(proses|teruskan)", own_view(complaint, None, NOW)["standing"])
    assert told.asks in (None, "rating")
    assert {"confirm", "dispute"}.isdisjoint(told.acts)
    assert told.done


def test_a_reply_that_was_read_as_a_no_is_confirmed_as_a_no() -> None:
    told = page(after(ANSWER, Reply(text="Masih padam pak, belum ada perubahan", channel="web")), acted=True)
    assert told.done == page(after(ANSWER, NO), acted=True).done


def test_a_page_without_an_act_confirms_nothing() -> None:
    assert page(after(ANSWER), acted=True).done is None
    assert page(after(ANSWER, YES)).done is None


@pytest.mark.parametrize(
    ("said", "asks", "words"),
    [
        ((QUESTION,), "information", "Tiang nomor berapa?"),
        ((ANSWER,), "solved", "Lampu sudah diganti."),
        ((ANSWER, YES), "rating", "Lampu sudah diganti."),
        ((ANSWER, YES, cases.Closed(by="citizen")), "rating", None),
        ((ANSWER, YES, cases.Closed(by="citizen"), Rate(stars=4, scale=4, channel="web")), None, None),
        ((ANSWER, YES, CLOSED, Rate(stars=1, channel="web"), REOPENED, ANSWER, YES), "rating", "Lampu sudah diganti."),
        ((ANSWER, NO), None, "Lampu sudah diganti."),
        ((), None, None),
    ],
)
def test_the_page_asks_one_question_first(said: tuple[Any, ...], asks: str | None, words: str | None) -> None:
    told = page(after(*said))
    assert (told.asks, told.words) == (asks, words)


def test_the_rating_has_the_scale_of_the_national_survey() -> None:
    assert act_of({"tindakan": "nilai", "nilai": "3"}) == Rate(stars=3, scale=4, channel="web")
    assert act_of({"tindakan": "nilai", "nilai": "5"}) == {"nilai-1": "Pilih nilai 1 sampai 4."}
    [entry] = after(ANSWER, Rate(stars=3, scale=4, channel="web")).timeline[1:]
    assert sentence(entry) == "Anda memberi nilai 3 dari 4."
    assert sentence(TimelineEntry(at=NOW, what="rated", params={"stars": "5"})) == "Anda memberi nilai 5 dari 5."


def test_no_line_that_a_stranger_reads_says_you() -> None:
    for what in set(labels.SENTENCES) - labels.OWN_LINES:
        entry = TimelineEntry(at=NOW, what=what, params=dict.fromkeys(("stars", "count", "to", "into", "round"), "1"))
        assert YOU.search(sentence(entry, own=False)) is None, what


def test_lines_for_others_stand_for_lines_that_the_reporter_reads() -> None:
    assert set(labels.SENTENCES_FOR_OTHERS) <= set(labels.SENTENCES)
    assert labels.PENDING_FOR_OTHERS.keys() == labels.PENDING.keys()


@pytest.mark.parametrize("state", list(STATES))
@pytest.mark.parametrize("outcome", ["fixed", "explained", "scheduled"])
@pytest.mark.parametrize("late", [True, False])
def test_no_standing_that_a_stranger_reads_says_you(state: Any, outcome: AnswerOutcome, late: bool) -> None:
    clock = ClockShown(run=1, due_at=NOW, late=late)
    clocks = dict.fromkeys(("verify", "respond", "resolve", "silence"), clock)
    complaint = Complaint(ticket="KT-A", state=state, opd="dishub", outcome=outcome, merged_into="KT-B", clocks=clocks)
    promised = complaint.with_(promised_until=date(2026, 4, 15)) if outcome == "scheduled" else complaint
    for one in (promised, promised.with_(unread=True)):
        assert YOU.search(standing(one, own=False)) is None
    assert "KT-B" not in standing(complaint, own=False)


@pytest.mark.parametrize("act", [YES, NO, BACK, MORE])
def test_a_stranger_reads_of_an_act_in_the_third_person(act: Any) -> None:
    view = public_view(after(QUESTION if act is MORE else ANSWER, act))
    assert YOU.search(str(view)) is None
    assert "pelapor" in view["timeline"][-1]["text"].lower()


def test_a_confidential_complaint_shows_a_stranger_its_state_alone() -> None:
    complaint = after(ANSWER, rahasia=True, filed_at=NOW, clocks={"silence": ClockShown(run=1, due_at=NOW)})
    view = public_view(complaint)
    told = {name: value for name, value in view.items() if value not in (None, "", [], False)}
    assert told == {
        "ticket": "KT-7F3K-9Q2M-X",
        "state": "resolved",
        "state_text": "Sudah dijawab",
        "standing": "Sudah dijawab.",
        "rahasia": True,
    }
    assert mark_of(view) == mark_of(public_view(after(ANSWER, MORE, rahasia=True, filed_at=NOW)))


def test_evidence_is_shown_apart_and_linked_by_what_the_agency_knows_of_it() -> None:
    ours = Attachment(id=str(new_id()), sha256="ab" * 32, type="image/jpeg", size=1)
    elsewhere = Attachment(id="foto-1", sha256="cd" * 32, type="image/jpeg", size=1)
    fact = cases.Resolved(opd="dishub", answer="Sudah.", evidence=(ours, elsewhere))
    change = folded({KEY: after()}, fact, NOW)
    assert change.rows == (EvidenceLink(KEY, UUID(ours.id), ours.sha256),)
    assert after(fact).timeline[-1].files == (UUID(ours.id),)


def filed(*people: ContactPerson) -> dict[UUID, Any]:
    content = ComplaintContent(source="Formulir web", text="Lampu jalan padam di Loa Janan")
    keys = (KEY, *(person.id for person in people))
    states: dict[UUID, Any] = dict.fromkeys(keys)
    submit = Submit("KT-7F3K-9Q2M-X", "/aduan/x/y", "web", content, NOW, people=people)
    return states | dict(fold(states, Item(KEY, submit, "x", NOW, new_id(), keys), NOW).states)


def asked(states: dict[UUID, Any], at: datetime = NOW) -> Change[Complaint | Contact]:
    return fold(states, Item(KEY, SendLinkAgain(), "citizen", at, new_id(), tuple(states)), at)


def test_the_link_goes_again_to_the_contact_on_file_at_most_so_often_a_day() -> None:
    states = filed(ContactPerson(PERSON, "whatsapp", "6281200001234"))
    sent = []
    for hour in range(LINKS.acts_a_day + 2):
        change = asked(states, NOW + timedelta(hours=hour))
        states |= dict(change.states)
        sent += [(out.key, out.data) for out in change.events]
    letter = ReplyRequested(template="link_again", complaint=KEY, channel="whatsapp", address="6281200001234")
    assert sent == [(PERSON, letter)] * LINKS.acts_a_day
    assert len(asked(states, NOW + timedelta(days=1)).events) == 1


def test_the_answer_is_the_same_with_and_without_a_contact() -> None:
    reachable = filed(ContactPerson(PERSON, "email", "warga@contoh.example"))
    system = filed(ContactPerson(PERSON, "webhook", "https://mitra.example/kabar"))
    assert asked(reachable).answer == asked(system).answer == asked(filed()).answer
    assert [len(asked(states).events) for states in (reachable, system, filed())] == [1, 0, 0]


@pytest.mark.parametrize("channel", ["whatsapp", "email", "sms", "instagram"])
def test_the_link_goes_again_on_every_channel_on_which_people_are_answered(channel: ContactChannel) -> None:
    [out] = asked(filed(ContactPerson(PERSON, channel, "6280000001234"))).events
    assert isinstance(out.data, ReplyRequested)
    assert (out.data.template, out.data.channel) == ("link_again", channel)


def test_the_reporter_alone_reads_which_place_we_know() -> None:
    content = ComplaintContent(source="Formulir web", text="Lampu padam", place="dekat pasar", place_code="64.02.03")
    complaint = Complaint(ticket="KT-7F3K-9Q2M-X", state="assigned")
    assert own_view(complaint, content, NOW)["area"] == "Kecamatan Loa Janan, Kabupaten Kutai Kartanegara"
    assert "area" not in own_view(complaint, content.model_copy(update={"place_code": None}), NOW)
    assert "area" not in public_view(complaint)
