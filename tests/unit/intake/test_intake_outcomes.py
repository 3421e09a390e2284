"""The outcome of an answer on the citizen's page: one sentence for each, and "selesai" only where it was repaired."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest

from services.intake import labels
from services.intake.api import sentences
from services.intake.api.views import own_view, public_view
from services.intake.rules.fold import fold
from services.intake.state import Complaint
from shared.events import cases, cases_merged
from shared.events.cases_answer import AnswerOutcome, CallAnswer, Called
from shared.events.catalogue import CASES
from shared.events.fact import Fact
from shared.ids import new_id
from shared.labels import STATES
from shared.pipeline import Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY = new_id()
OUTCOMES: tuple[AnswerOutcome, ...] = get_args(AnswerOutcome)
MORE: dict[str, dict[str, Any]] = {
    "scheduled": {"until": date(2026, 4, 15)},
    "not_possible": {"reason": "Lahannya milik Bapak Warga.", "legal_basis": "Pasal 15 UU 2/2022"},
    "not_ours": {"to": "Pemerintah Kota Samarinda"},
}
SELESAI = re.compile(r"\bselesai\b", re.IGNORECASE)


def after(*facts: Fact, **more: Any) -> Complaint:
    complaint = Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", state="in_progress", opd="dishub", **more)
    for number, fact in enumerate(facts):
        at = NOW + timedelta(hours=number)
        item = Item(KEY, fact, "x", at, new_id(), (KEY,), topic=CASES, sequence=1)
        changed = fold({KEY: complaint}, item, at).states.get(KEY, complaint)
        assert isinstance(changed, Complaint)
        complaint = changed
    return complaint


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


def last_line(complaint: Complaint) -> str:
    return sentences.sentence(complaint.timeline[-1])


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("fixed", "Dinas Perhubungan memberi jawaban: masalahnya selesai ditangani."),
        ("explained", "Dinas Perhubungan memberi jawaban berupa penjelasan."),
        ("scheduled", "Dinas Perhubungan menjadwalkan penanganan sampai Rabu, 15 April 2026."),
        ("not_possible", "Dinas Perhubungan menjawab bahwa hal ini tidak dapat dilakukan."),
        ("not_ours", "Dinas Perhubungan menjawab bahwa hal ini wewenang Pemerintah Kota Samarinda."),
    ],
)
def test_every_outcome_has_one_plain_sentence(outcome: AnswerOutcome, words: str) -> None:
    complaint = after(answered(outcome))
    assert last_line(complaint) == words
    assert (complaint.state, complaint.outcome) == ("resolved", outcome)
    assert complaint.promised_until == MORE.get(outcome, {}).get("until")


@pytest.mark.parametrize("outcome", [one for one in OUTCOMES if one != "fixed"])
def test_no_view_of_another_outcome_says_selesai(outcome: AnswerOutcome) -> None:
    for complaint in (
        after(answered(outcome)),
        after(answered(outcome), cases.Replied(text="Baik.", state="resolved")),
        after(answered(outcome), cases.ReplyHandled(outcome="asked")),
        after(answered(outcome), cases.Closed(by="citizen")),
        after(answered(outcome), cases.Closed(by="silence")),
        after(answered(outcome), cases.Closed(by="admin")),
        after(answered(outcome), came_back()),
    ):
        for view in (public_view(complaint), own_view(complaint, None, NOW)):
            assert SELESAI.search(str(view)) is None


def test_the_texts_of_intake_say_selesai_only_of_what_was_repaired() -> None:
    said = {name: words for name, words in labels.SENTENCES.items() if SELESAI.search(words)}
    assert set(said) == {"resolved"}
    assert [words for words in STATES.values() if SELESAI.search(words)] == []
    source = Path(sentences.__file__).read_text(encoding="utf-8")
    assert [line.strip() for line in source.splitlines() if SELESAI.search(line)] == [
        'asked = "Apakah masalahnya selesai?" if says_fixed(complaint) else "Apakah jawaban itu cukup bagi Anda?"'
    ]


def test_a_reason_is_read_by_the_reporter_alone() -> None:
    complaint = after(answered("not_possible"))
    assert "Bapak Warga" not in str(public_view(complaint))
    own = own_view(complaint, None, NOW)["timeline"][-1]["quote"]
    assert own == "Ini jawaban kami.\nAlasannya: Lahannya milik Bapak Warga.\nDasar hukumnya: Pasal 15 UU 2/2022"


def test_a_promise_says_its_day_and_what_happens_after_it() -> None:
    standing = sentences.standing(after(answered("scheduled")))
    assert "sampai Rabu, 15 April 2026" in standing
    assert "dibuka lagi dengan sendirinya" in standing


def test_a_promise_that_has_passed_says_so() -> None:
    complaint = after(answered("scheduled"), came_back())
    assert last_line(complaint).startswith("Janji sampai Rabu, 15 April 2026 sudah lewat; aduan dibuka kembali")
    assert (complaint.state, complaint.promised_until) == ("in_progress", None)


@pytest.mark.parametrize("end", [cases.Closed(by="citizen"), cases_merged.Merged(into=new_id(), into_ticket="KT-A")])
def test_no_promise_stands_after_another_state(end: Fact) -> None:
    assert after(answered("scheduled"), end).promised_until is None


@pytest.mark.parametrize("answer", get_args(CallAnswer))
def test_a_call_has_its_sentence_without_the_officers_note(answer: Any) -> None:
    complaint = after(answered("fixed"), cases.Closed(by="silence"), Called(answer=answer, note="Catatan petugas"))
    assert "telepon" in last_line(complaint) or "menelepon" in last_line(complaint)
    assert "Catatan petugas" not in str(own_view(complaint, None, NOW))


def test_a_row_of_an_older_release_is_asked_whether_it_is_solved() -> None:
    old = Complaint(ticket="KT-7F3K-9Q2M-X", state="resolved", opd="dishub")
    assert sentences.standing(old).startswith("Dinas Perhubungan sudah menjawab. Apakah masalahnya selesai?")
