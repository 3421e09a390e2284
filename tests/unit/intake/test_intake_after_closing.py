"""The answers to the two questions after the end of a complaint: is it solved, and how satisfied is the citizen?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.api.forms import act_of
from services.intake.api.models import RateIn
from services.intake.api.sentences import says_fixed, sentence
from services.intake.errors import NotAnswered
from services.intake.rules.citizen import allowed_acts
from services.intake.rules.commands import ContactPerson, Reserved, SourceMessage
from services.intake.rules.commands_citizen import Confirm, Dispute, Rate
from services.intake.rules.conversation import converse
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_values import Heard, OnCase, Turn
from services.intake.rules.fold import fold
from services.intake.state import Complaint, Conversation, TimelineEntry
from shared.errors import Invalid
from shared.events import cases
from shared.events.cases_answer import Extended
from shared.events.catalogue import CASES
from shared.events.deadlines import DeadlineBreached
from shared.events.submissions import CitizenRated
from shared.ids import new_id
from shared.pipeline import Change, Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, TICKET, OTHER = new_id(), "KT-7F3K-9Q2M-X", "KT-2222-3333-X"
SCALE = ["1 sangat tidak puas", "2 tidak puas", "3 puas", "4 sangat puas"]
WORDS = SourceMessage(ContactPerson(new_id(), "whatsapp", "+62 800-0000-0123"), NOW, "hash")


def closed(**more: Any) -> Complaint:
    return Complaint(ticket=TICKET, channel="whatsapp", state="closed", ended_at=NOW, opd="dishub", **more)


def told(complaint: Complaint, data: Any, at: datetime = NOW, *, topic: str | None = None) -> Change[Any]:
    person = WORDS.person.id
    keys = (KEY, person)
    sequence = 1 if topic else 0
    return fold({KEY: complaint, person: None}, Item(KEY, data, "x", at, new_id(), keys, topic, sequence), at)


def after(complaint: Complaint, data: Any, *, topic: str | None = None) -> Complaint:
    found = told(complaint, data, topic=topic).states[KEY]
    assert isinstance(found, Complaint)
    return found


def known(state: str = "closed", **more: Any) -> KnownComplaint:
    return KnownComplaint(KEY, state, TICKET, "lampu jalan", NOW, **more)


def turn(text: str, *found: KnownComplaint, choice: str | None = None, quoted: KnownComplaint | None = None) -> Turn:
    reserved = Reserved(new_id(), "KT-9999-9999-X", "/aduan/x", NOW)
    heard = Heard(reserved, "hash", text=text, choice=choice, cases=found, quoted=quoted)
    return converse(Conversation(), heard, NOW)


def rated(said: Turn) -> list[Rate]:
    return [act.act for act in said.acts if isinstance(act, OnCase) and isinstance(act.act, Rate)]


@pytest.mark.parametrize("stars", [1, 2, 3, 4])
def test_the_row_of_a_list_rates_on_the_scale_of_4(stars: int) -> None:
    said = turn(SCALE[stars - 1], known(), choice=f"rate:{TICKET}:{stars}")
    assert rated(said) == [Rate(stars, "whatsapp", scale=4)]
    assert f"nilai {stars} dari 4" in said.replies[0].text


@pytest.mark.parametrize(
    ("text", "stars"), [("1", 1), ("4", 4), ("3 dari 4", 3), ("2 tidak puas", 2), ("Sangat puas", 4), ("tdk puas", 2)]
)
def test_a_number_or_the_words_of_the_scale_rate_too(text: str, stars: int) -> None:
    assert rated(turn(text, known())) == [Rate(stars, "whatsapp", scale=4)]


@pytest.mark.parametrize("text", ["5", "0", "10", "4 dari 5"])
def test_a_number_outside_the_scale_is_asked_for_again(text: str) -> None:
    said = turn(text, known())
    assert (rated(said), [title for _, title in said.replies[0].choices]) == ([], SCALE)


def test_a_rating_that_was_given_is_not_asked_for_again() -> None:
    assert turn("5", known(rated=True)).replies[0].choices == ()


def test_a_number_rates_the_complaint_that_it_quotes() -> None:
    quoted = KnownComplaint(new_id(), "closed", OTHER, "jalan rusak", NOW)
    said = turn("3", known(), quoted=quoted)
    assert [act.case for act in said.acts if isinstance(act, OnCase)] == [quoted.key]


@pytest.mark.parametrize("number", ["0", "5", "12", "x", "", "²"])
def test_a_button_with_another_number_is_asked_again(number: str) -> None:
    said = turn("?", known(), choice=f"rate:{TICKET}:{number}")
    assert (rated(said), len(said.replies[0].choices)) == ([], 4)


@pytest.mark.parametrize("choice", [f"rate:{OTHER}:4", "rate:", "rate:4"])
def test_a_button_that_names_another_persons_complaint_rates_nothing(choice: str) -> None:
    assert turn("4 sangat puas", known(), choice=choice).acts == ()


def test_an_old_button_of_a_complaint_that_goes_on_says_its_state() -> None:
    said = turn("4 sangat puas", known("in_progress"), choice=f"rate:{TICKET}:4")
    assert (said.acts, "sedang ditangani" in said.replies[0].text) == ((), True)


def test_the_button_of_a_complaint_that_was_joined_to_another_counts_for_the_own_one() -> None:
    own = known("merged", merged_into=OTHER)
    yes = turn("Ya, sudah selesai", own, choice=f"confirm:{OTHER}")
    assert yes.acts == (OnCase(KEY, Confirm("whatsapp")),)
    assert [id_ for id_, _ in yes.replies[0].choices] == [f"rate:{TICKET}:{number}" for number in (1, 2, 3, 4)]
    no = turn("Belum selesai", own, choice=f"dispute:{OTHER}")
    assert (no.acts, no.replies) == ((OnCase(KEY, Dispute("Belum selesai", "whatsapp")),), ())
    assert rated(turn("3 puas", own, choice=f"rate:{OTHER}:3")) == [Rate(3, "whatsapp", scale=4)]


def test_a_closed_complaint_can_be_confirmed_until_the_citizen_has_settled_it() -> None:
    assert allowed_acts(closed(), NOW) == {"rate", "dispute", "appeal", "confirm"}
    assert allowed_acts(after(closed(), Confirm("web")), NOW) == {"rate", "dispute", "appeal"}
    by_own_act = after(closed().with_(state="resolved"), cases.Closed(by="citizen"), topic=CASES)
    assert allowed_acts(by_own_act, NOW) == {"rate", "dispute", "appeal"}
    assert allowed_acts(closed(), NOW + timedelta(days=31)) == {"rate"}


def test_a_rating_is_written_with_its_scale() -> None:
    change = told(closed(), Rate(3, "whatsapp", message=WORDS, scale=4))
    assert change.events[0].data == CitizenRated(stars=3, scale=4, channel="whatsapp")
    kept = change.states[KEY]
    assert (kept.stars, kept.scale) == (3, 4)
    assert sentence(kept.timeline[-1]) == "Anda memberi nilai 3 dari 4."


def test_a_rating_of_an_older_release_was_out_of_5() -> None:
    assert sentence(TimelineEntry(at=NOW, what="rated", params={"stars": "4"})) == "Anda memberi nilai 4 dari 5."
    row = {"ticket": TICKET, "state": "closed", "stars": 4}
    assert (Complaint.model_validate(row).scale, Complaint.model_validate(row).agreed) == (5, False)


def test_the_web_cannot_rate_a_complaint_that_was_joined_to_another() -> None:
    merged = closed().with_(state="merged")
    with pytest.raises(NotAnswered):
        told(merged, Rate(3, "web", scale=4))
    assert told(merged, Rate(3, "whatsapp", message=WORDS, scale=4)).events


@pytest.mark.parametrize("fact", ["resolved", "reopened"])
def test_a_new_answer_or_round_is_asked_about_anew(fact: str) -> None:
    before = closed(stars=4, scale=4, agreed=True)
    reopened = cases.Reopened(opd="dishub", assignment_id=new_id(), round=2, class_="no_oversight", priority="normal")
    said = reopened if fact == "reopened" else cases.Resolved(opd="dishub", answer="Lampu sudah menyala.")
    found = after(before, said, topic=CASES)
    assert (found.stars, found.agreed) == (None, False)


def test_the_form_rates_on_the_scale_of_4() -> None:
    assert act_of({"tindakan": "nilai", "nilai": "4"}) == Rate(4, "web", scale=4)
    assert act_of({"tindakan": "nilai", "nilai": "5"}) == {"nilai-1": "Pilih nilai 1 sampai 4."}


def test_a_caller_without_a_scale_means_5() -> None:
    assert RateIn(stars=5).command("adapter") == Rate(5, "adapter", scale=5)
    assert RateIn(stars=4, scale=4).command("adapter") == Rate(4, "adapter", scale=4)
    with pytest.raises(Invalid):
        RateIn(stars=5, scale=4).command("adapter")


def lines(*facts: Any) -> list[str]:
    complaint = Complaint(ticket=TICKET, channel="web", state="in_progress", opd="dishub", class_="information")
    for fact in facts:
        complaint = after(complaint, fact, topic=CASES)
    return [sentence(entry) for entry in complaint.timeline]


def test_the_citizen_reads_why_an_information_request_takes_longer() -> None:
    assert "memperpanjang waktu menjawab" in lines(Extended(opd="dishub", reason="Datanya dihimpun."))[0]


def test_the_citizen_reads_to_whom_to_turn_after_an_answer_or_a_delay() -> None:
    answer = cases.Resolved(
        opd="dishub", answer="Tidak dapat diberikan.", outcome="not_possible", reason="Dikecualikan."
    )
    late = DeadlineBreached(clock="resolve", run=1, due_at=NOW, opd="dishub")
    for said in (lines(answer), lines(late)):
        assert "atasan PPID dalam 30 hari kerja" in said[-1]
        assert "Komisi Informasi" in said[-1]
    first = DeadlineBreached(clock="respond", run=1, due_at=NOW, opd="dishub")
    assert "PPID" not in lines(first)[-1]


def test_the_citizen_reads_the_time_when_it_begins() -> None:
    opened = cases.Opened(
        ticket=TICKET,
        state="verification",
        channel="web",
        source="web",
        class_="information",
        priority="normal",
        filed_at=NOW,
    )
    assert "10 hari kerja sejak diterima" in lines(opened)[0]
    changed = cases.Reclassified(class_="information", priority="normal", reason="Ini permintaan informasi.")
    found = after(Complaint(ticket=TICKET, channel="web", class_="no_oversight"), changed, topic=CASES)
    assert [entry.what for entry in found.timeline] == ["reclassified", "information_duty"]
    again = after(found, changed, topic=CASES)
    assert [entry.what for entry in again.timeline][2:] == ["reclassified"]


def test_information_that_was_given_is_not_called_a_repair() -> None:
    given = cases.Resolved(opd="dishub", answer="Terlampir datanya.")
    assert "penjelasan" in lines(given)[0]
    assert not says_fixed(Complaint(ticket=TICKET, channel="web", state="resolved", class_="information"))


def test_a_complaint_of_another_class_names_no_ppid() -> None:
    changed = cases.Reclassified(class_="no_oversight", priority="normal", reason="Ini aduan.")
    assert not [line for line in lines(changed, cases.Resolved(opd="dishub", answer="Selesai.")) if "PPID" in line]
