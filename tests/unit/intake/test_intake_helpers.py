"""OPDs that help, on the citizen's page: their names in the timeline, and nothing of what offices say to each other."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.rules.fold import fold
from services.intake.state import ClockShown, Complaint
from shared.events import cases_helpers as h
from shared.events import deadlines as d
from shared.events.catalogue import CASES
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, HELP = new_id(), UUID(int=42)
TASK = "Uji air parit di depan rumah Bapak Warga."


def after(*facts: Fact) -> Complaint:
    clocks = {"resolve": ClockShown(run=1, due_at=NOW + timedelta(days=20))}
    complaint = Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", state="in_progress", opd="dishub", clocks=clocks)
    for fact in facts:
        item = Item(KEY, fact, "x", NOW, new_id(), (KEY,), topic=CASES, sequence=1)
        changed = fold({KEY: complaint}, item, NOW).states.get(KEY, complaint)
        assert isinstance(changed, Complaint)
        complaint = changed
    return complaint


def added() -> h.HelperAdded:
    return h.HelperAdded(assignment_id=HELP, opd="dinkes", lead="dishub", task=TASK)


def ended(why: h.HelpEnd) -> h.HelperEnded:
    return h.HelperEnded(assignment_id=HELP, opd="dinkes", why=why, reason="Bukan tugas kami.")


def test_the_timeline_names_the_opd_that_helps_and_not_what_it_should_do() -> None:
    complaint = after(added())
    [line] = complaint.timeline
    assert (line.what, line.params, line.quote) == ("helper_added", {"opd": "dinkes"}, None)
    assert (complaint.state, complaint.opd, complaint.helpers) == ("in_progress", "dishub", ("dinkes",))


def test_the_inner_talk_adds_no_line() -> None:
    inner = (
        h.HelperAccepted(assignment_id=HELP, opd="dinkes"),
        h.HelperContributed(assignment_id=HELP, opd="dinkes", text="Airnya sudah diuji."),
    )
    assert after(added(), *inner) == after(added())


@pytest.mark.parametrize("why", ["answered", "lead", "ended"])
def test_what_another_line_says_is_not_said_twice(why: h.HelpEnd) -> None:
    complaint = after(added(), ended(why))
    assert complaint == after(added()).with_(helpers=())


@pytest.mark.parametrize("why", ["declined", "removed"])
def test_an_opd_that_helps_no_longer_is_named_without_the_reason(why: h.HelpEnd) -> None:
    complaint = after(added(), ended(why))
    line = complaint.timeline[-1]
    assert (line.what, line.quote, complaint.helpers) == ("helper_gone", None, ())


def test_the_clocks_of_a_helper_change_nothing_that_the_citizen_sees() -> None:
    due = NOW + timedelta(days=5)
    facts = (
        d.DeadlineSet(clock="resolve", run=2, helper=HELP, opd="dinkes", started_at=NOW, due_at=due, explanation="-"),
        d.DeadlinePaused(clock="resolve", run=2, helper=HELP, at=NOW),
        d.DeadlineBreached(clock="resolve", run=2, helper=HELP, due_at=due, opd="dinkes"),
        d.Escalated(
            clock="resolve", run=2, helper=HELP, level=5, offset="+5d", due_at=due, opd="dinkes", to=("citizen",)
        ),
        d.DeadlineEnded(clock="resolve", run=2, helper=HELP, why="released"),
    )
    assert after(*facts) == after()
