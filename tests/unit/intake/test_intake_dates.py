"""The dates a citizen reads: of what was put off, and of deadlines that move while they stand still."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.intake.api.views import own_view
from services.intake.rules.commands import Submit
from services.intake.rules.fold import fold
from services.intake.state import Complaint
from shared.events import cases, deadlines
from shared.events.catalogue import CASES, DEADLINES
from shared.events.fact import Fact
from shared.events.submissions import ComplaintContent, Submitted
from shared.ids import new_id
from shared.pipeline import Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY = new_id()


class Page:
    """One complaint, and what its page says."""

    def __init__(self) -> None:
        self.complaint = Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", filed_at=NOW)
        self.hear(cases.Assigned(assignment_id=new_id(), opd="dishub", class_="no_oversight", priority="normal"))
        for clock, days in (("respond", 5), ("resolve", 14)):
            self.hear(
                deadlines.DeadlineSet.model_validate(
                    {
                        "clock": clock,
                        "run": 1,
                        "started_at": NOW,
                        "due_at": NOW + timedelta(days=days),
                        "explanation": "-",
                    }
                )
            )

    def hear(self, *facts: Fact, at: datetime = NOW) -> "Page":
        for fact in facts:
            topic = DEADLINES if fact.TYPE.startswith("deadline.") else CASES
            item = Item(key=KEY, data=fact, actor="x", at=at, id=new_id(), keys=(KEY,), topic=topic)
            found = fold({KEY: self.complaint}, item, at).states.get(KEY, self.complaint)
            assert isinstance(found, Complaint)
            self.complaint = found
        return self

    def put_off(self, until: date, was_until: date | None = None) -> "Page":
        ended = until <= NOW.date()
        return self.hear(
            cases.PutOff(opd="dishub", until=until, reason="Menunggu lampu.", was_until=was_until, ended=ended)
        )

    def paused(self, *clocks: Any) -> "Page":
        return self.hear(
            *(deadlines.DeadlinePaused(clock=clock, run=1, at=NOW) for clock in clocks or ("respond", "resolve"))
        )

    def resumed(self, **more: Any) -> "Page":
        due = NOW + timedelta(days=30)
        return self.hear(
            *(
                deadlines.DeadlineResumed.model_validate({"clock": clock, "run": 1, "at": NOW, "due_at": due})
                for clock in ("respond", "resolve")
            ),
            **more,
        )

    @property
    def says(self) -> str:
        return str(own_view(self.complaint, None, NOW)["standing"])

    @property
    def last(self) -> str:
        return str(own_view(self.complaint, None, NOW)["timeline"][-1]["text"])


def test_while_a_case_is_put_off_the_page_names_the_date() -> None:
    page = Page().put_off(date(2026, 4, 15)).paused()
    assert "Penanganan ditunda sampai Rabu, 15 April 2026" in page.says
    assert own_view(page.complaint, None, NOW)["put_off_until"] == "2026-04-15"


def test_where_it_is_brought_forward_the_page_names_the_new_date() -> None:
    page = Page().put_off(date(2026, 4, 15)).paused().put_off(date(2026, 3, 20), date(2026, 4, 15))
    assert "ditunda sampai Jumat, 20 Maret 2026" in page.says
    assert page.last == "Dinas Perhubungan memajukan akhir penundaan menjadi Jumat, 20 Maret 2026."


def test_where_it_is_ended_the_page_names_the_due_time_again() -> None:
    page = Page().put_off(date(2026, 4, 15)).paused().put_off(NOW.date(), date(2026, 4, 15)).resumed()
    assert "paling lambat Rabu, 15 April 2026 pukul 10.00 WITA" in page.says
    assert "ditunda" not in page.says
    assert page.last == "Dinas Perhubungan mengakhiri penundaan dan melanjutkan penanganan."


def test_a_question_meanwhile_shows_its_own_date_and_then_that_of_what_was_put_off() -> None:
    page = Page().put_off(date(2026, 4, 15)).paused()
    page.hear(cases.InfoRequested(opd="dishub", question="Tiang nomor berapa?"))
    assert page.says.startswith("Kami menunggu keterangan dari Anda")
    page.hear(cases.InfoReceived(state="in_progress", text="Nomor 17."))
    assert "ditunda sampai Rabu, 15 April 2026" in page.says


@pytest.mark.parametrize(
    "fact",
    [
        cases.Assigned(assignment_id=new_id(), opd="dlh", class_="no_oversight", priority="normal"),
        cases.Declined(opd="dishub", assignment_id=new_id(), reason="Bukan kami."),
        cases.Resolved(opd="dishub", answer="Sudah."),
        cases.Referred(authority="centre", to="PLN", reason="Listrik.", next_step="Hubungi 123."),
    ],
    ids=lambda fact: fact.TYPE,
)
def test_nothing_stays_put_off_when_the_case_goes_on(fact: Fact) -> None:
    assert Page().put_off(date(2026, 4, 15)).paused().hear(fact).complaint.put_off_until is None


def test_a_deadline_that_moves_while_it_stands_still_goes_on_standing_still() -> None:
    page = Page().put_off(date(2026, 4, 15)).paused()
    moved = {"clock": "respond", "run": 1, "was_due_at": NOW, "due_at": NOW + timedelta(days=1), "reason": "-"}
    page.hear(deadlines.DeadlineMoved.model_validate(moved))
    assert "ditunda sampai Rabu, 15 April 2026" in page.says


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        (NOW - timedelta(days=3), NOW - timedelta(days=3)),
        (NOW + timedelta(days=3), NOW),
        (datetime(1, 1, 1, tzinfo=UTC), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
        (datetime(9999, 12, 31, 23, 59, tzinfo=UTC), NOW),
    ],
)
def test_when_it_was_said_is_what_the_channel_claims_where_that_is_possible(claimed: datetime, kept: datetime) -> None:
    submit = Submit(
        "KT-7F3K-9Q2M-X", "/aduan/x", "kim", ComplaintContent(source="KIM", text="Lampu padam."), filed_at=claimed
    )
    item = Item(key=KEY, data=submit, actor="x", at=NOW, id=new_id(), keys=(KEY,))
    change = fold({KEY: None}, item, NOW)
    said = change.events[0].data
    assert isinstance(said, Submitted)
    complaint = change.states[KEY]
    assert isinstance(complaint, Complaint)
    assert (said.filed_at, complaint.filed_at) == (kept, kept)


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        (
            cases.TakenBack(state="in_progress", opd="dishub", to="dlh", reason="Bukan jalan kota."),
            "Admin koordinator menarik aduan ini dari Dinas Perhubungan agar ditangani instansi yang tepat.",
        ),
        (
            cases.TakenBack(state="referred", reason="Jalan provinsi."),
            "Admin koordinator mencabut penerusan ke instansi lain; aduan ini kami tangani lagi.",
        ),
        (
            cases.TakenBack(state="awaiting_citizen", reason="Lokasinya sudah diketahui."),
            "Admin koordinator melanjutkan aduan ini tanpa menunggu keterangan tambahan.",
        ),
    ],
)
def test_a_decision_that_is_undone_stands_on_the_page_with_its_reason(fact: cases.TakenBack, line: str) -> None:
    page = Page().hear(fact)
    shown = own_view(page.complaint, None, NOW)
    assert (page.last, shown["timeline"][-1]["quote"], shown["state"], shown["opd"]) == (
        line,
        fact.reason,
        "verification",
        None,
    )
