"""A complaint takes so much a day and altogether; what is asked and what ends it still goes; its row stays small."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.api.sentences import sentence
from services.intake.errors import TooManyActs
from services.intake.rules.commands import ContactPerson, SourceMessage
from services.intake.rules.commands_citizen import CitizenAct, Confirm, Dispute, Rate, Reply, Withdraw
from services.intake.rules.fold import fold
from services.intake.rules.limits import ALLOWANCE, ENTRIES, QUOTE_BYTES
from services.intake.state import Complaint
from shared.events.cases import Progressed
from shared.events.catalogue import CASES
from shared.ids import new_id
from shared.pipeline import Item
from shared.shortening import json_size

START = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)  # 10.00 WITA
LETTER = "é" * 20_000  # 40 kB


class Told:
    """One complaint to which things are said."""

    def __init__(self, state: Any = "in_progress") -> None:
        self.key, self.now = new_id(), START
        self.complaint = Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", state=state, filed_at=START)
        self.events: list[Any] = []

    def act(self, command: CitizenAct, *also: UUID) -> None:
        item = Item(self.key, command, "citizen", self.now, new_id(), (self.key, *also))
        self._take(fold({self.key: self.complaint, **dict.fromkeys(also)}, item, self.now))

    def fact(self, fact: Any) -> None:
        self._take(
            fold(
                {self.key: self.complaint},
                Item(self.key, fact, "x", self.now, new_id(), (self.key,), CASES, 1),
                self.now,
            )
        )

    def _take(self, change: Any) -> None:
        self.complaint = change.states[self.key]
        self.events += [out.data for out in change.events]

    def refused(self, command: CitizenAct) -> TooManyActs:
        with pytest.raises(TooManyActs) as told:
            self.act(command)
        return told.value


@pytest.mark.parametrize(
    "act", [Reply(LETTER, "web"), Dispute(LETTER, "web"), Rate(5, "web", LETTER)], ids=lambda act: type(act).__name__
)
def test_four_letters_of_forty_kilobytes_a_day_are_too_much(act: CitizenAct) -> None:
    told = Told("closed" if isinstance(act, Dispute | Rate) else "in_progress")
    for _ in range(3):
        told.act(act)
    refusal = told.refused(act)
    assert (refusal.status, refusal.code, refusal.retry_after) == (429, "too_many_acts", 14 * 3600)
    assert "besok" in refusal.words
    told.now += timedelta(hours=14)
    told.act(act)


def test_many_short_replies_are_too_much_as_well() -> None:
    told = Told()
    for _ in range(ALLOWANCE.acts_a_day):
        told.act(Reply("Bagaimana kabarnya?", "web"))
    told.refused(Reply("Bagaimana kabarnya?", "web"))


def test_whoever_has_written_too_much_can_still_take_it_back() -> None:
    told = Told()
    for _ in range(3):
        told.act(Reply(LETTER, "web"))
    told.refused(Reply(LETTER, "web"))
    told.act(Withdraw("web", "Sudah selesai."))
    assert told.events[-1].TYPE == "submission.citizen_withdrew"


@pytest.mark.parametrize(
    "act",
    [Confirm("web"), Dispute("Belum selesai.", "web"), Reply("Terima kasih.", "web")],
    ids=["confirm", "dispute", "reply"],
)
def test_while_a_silence_runs_an_answer_still_goes(act: CitizenAct) -> None:
    told = Told()
    for _ in range(3):
        told.act(Reply(LETTER, "web"))
    told.complaint = told.complaint.with_(state="resolved")
    for _ in range(3):
        told.act(act)


def test_an_answer_that_was_asked_for_still_goes() -> None:
    told = Told()
    for _ in range(ALLOWANCE.acts_a_day):
        told.act(Reply("Halo?", "web"))
    told.complaint = told.complaint.with_(state="awaiting_citizen")
    told.act(Reply("Di kelas tiga.", "web"))


def test_even_that_has_an_end() -> None:
    told = Told("resolved")
    for _ in range(2 * ALLOWANCE.acts_a_day):
        told.act(Confirm("web"))
    told.refused(Confirm("web"))


def test_the_whole_allowance_says_so() -> None:
    told = Told()
    for number in range(ALLOWANCE.acts):
        told.now = START + timedelta(days=number // 30)
        told.act(Reply("Bagaimana kabarnya?", "web"))
    told.now += timedelta(days=1)
    assert "aduan baru" in told.refused(Reply("Bagaimana?", "web")).words


def test_a_message_is_counted_as_a_form_is() -> None:
    told, person = Told(), ContactPerson(new_id(), "whatsapp", "6280000000123")
    for _ in range(3):
        told.act(Reply(LETTER, "whatsapp", SourceMessage(person, START, "h")), person.id)
    with pytest.raises(TooManyActs):
        told.act(Reply(LETTER, "whatsapp", SourceMessage(person, START, "h")), person.id)


def test_a_timeline_keeps_its_beginning_and_its_end_and_says_what_is_gone() -> None:
    told = Told()
    told.act(Reply("Yang pertama.", "web"))
    for number in range(3 * ENTRIES):
        told.fact(Progressed(opd="dishub", public=True, text=f"Kabar {number}."))
    timeline = told.complaint.timeline
    assert len(timeline) <= ENTRIES
    assert timeline[0].quote == "Yang pertama."
    assert timeline[-1].quote == f"Kabar {3 * ENTRIES - 1}."
    assert int(timeline[1].params["count"]) + len(timeline) - 1 == 3 * ENTRIES + 1
    assert sentence(timeline[1]).endswith("langkah sebelumnya tidak lagi dirinci di sini.")


@pytest.mark.parametrize("text", ["é" * 20_000, "😀" * 20_000, "x" * 20_000])
def test_a_row_stays_within_its_bound_whatever_is_told(text: str) -> None:
    told = Told()
    for number in range(100):
        told.fact(Progressed(opd="dishub", public=True, text=f"{number} {text[:19_900]}"))
    assert json_size(told.complaint) < QUOTE_BYTES + 200_000
    assert told.complaint.timeline[-1].quote == f"99 {text[:19_900]}"
