"""A complaint's story for the rules of sla: facts and ticks at times in WITA, and the events that result."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from services.sla.policy import PolicyTimeline, read_policies, shipped_policies
from services.sla.rules import DueDates, fold
from services.sla.rules.measures import Measure
from services.sla.state import CaseClocks, ClockRun
from shared.events import cases
from shared.events.catalogue import CASES
from shared.events.fact import Clock, Fact
from shared.ids import new_id
from shared.pipeline import Item, Tick
from shared.worktime import Timetable, parse_calendar
from shared.worktime.reading import shipped_calendar

KEY = UUID(int=7)
F = TypeVar("F", bound=Fact)


def at(text: str) -> datetime:
    """Return the instant of a time in WITA such as `2026-04-06T10:00`."""
    return datetime.fromisoformat(text + "+08:00")


@cache
def shipped_table() -> Timetable:
    return Timetable(shipped_calendar())


@cache
def shipped_book() -> PolicyTimeline:
    return shipped_policies()


def book_with(clocks: str, ladder: str = "") -> PolicyTimeline:
    """Return a policy with one clock's limits replaced by `clocks` (TOML), and with a ladder named `own`."""
    rest = "\n".join(
        f'[[policies.clocks]]\nclock = "{name}"\nlimit = 5\nunit = "working_day"\nladder = "none"'
        for name in ("verify", "redispatch", "respond", "resolve", "silence")
        if f'clock = "{name}"' not in clocks
    )
    head = '[[policies]]\nversion = 1\nfrom = 2012-01-01\nsource = "uji"'
    return read_policies(f"{head}\n[policies.ladders]\nnone = []\nown = [{ladder}]\n{clocks}\n{rest}")


def calendar_with(text: str) -> Timetable:
    return Timetable(parse_calendar(text))


class Story:
    """The story of one complaint. `said` collects every event, and `new` holds those of the last step.

    `rows` collects the measures.
    """

    def __init__(self, table: Timetable | None = None, book: PolicyTimeline | None = None) -> None:
        self.due_dates = DueDates(table or shipped_table(), book or shipped_book())
        self.case: CaseClocks = CaseClocks()
        self.said: list[Fact] = []
        self.new: list[Fact] = []
        self.rows: list[Measure] = []

    def tell(self, when: str | datetime, data: Any) -> "Story":
        moment = at(when) if isinstance(when, str) else when
        item = Item(key=KEY, data=data, actor="test", at=moment, id=new_id(), keys=(KEY,), topic=CASES)
        change = fold(self.due_dates, {KEY: self.case}, item, moment)
        self.case = change.states.get(KEY, self.case)
        self.new = [out.data for out in change.events]
        self.said += self.new
        self.rows += change.rows
        return self

    def tick(self, when: str | datetime) -> "Story":
        return self.tell(when, Tick())

    def of(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.said if isinstance(fact, kind)]

    def run(self, clock: Clock) -> ClockRun:
        """Return the latest run of a clock."""
        return [run for run in self.case.runs if run.clock == clock][-1]

    def due(self, clock: Clock) -> datetime:
        return self.run(clock).due_at


def opened(**values: Any) -> cases.Opened:
    fixed = {
        "ticket": "KT-7F3K-9Q2M-X",
        "state": "verification",
        "channel": "web",
        "source": "web",
        "class_": "no_oversight",
    }
    return cases.Opened(**{**fixed, "priority": "normal", "filed_at": at("2026-04-06T09:00"), **values})


def assigned(opd: str = "dishub", **values: Any) -> cases.Assigned:
    return cases.Assigned(
        **{"assignment_id": new_id(), "opd": opd, "class_": "no_oversight", "priority": "normal", **values}
    )


def declined(opd: str = "dishub") -> cases.Declined:
    return cases.Declined(opd=opd, assignment_id=new_id(), reason="bukan wewenang")


def progressed(opd: str = "dishub", public: bool = True) -> cases.Progressed:
    return cases.Progressed(opd=opd, public=public, text="Petugas sudah ke lokasi")


def asked(opd: str | None = "dishub") -> cases.InfoRequested:
    return cases.InfoRequested(opd=opd, question="Di kilometer berapa?")


def told() -> cases.InfoReceived:
    return cases.InfoReceived(state="in_progress", text="Kilometer 12")


def put_off(until: str, opd: str = "dishub") -> cases.PutOff:
    return cases.PutOff(opd=opd, until=datetime.fromisoformat(until).date(), reason="menunggu material")


def resolved(opd: str = "dishub") -> cases.Resolved:
    return cases.Resolved(opd=opd, answer="Lampu sudah menyala")


def reopened(opd: str = "dishub", round_: int = 2) -> cases.Reopened:
    return cases.Reopened(opd=opd, assignment_id=new_id(), round=round_, class_="no_oversight", priority="normal")


def reclassified(**values: Any) -> cases.Reclassified:
    return cases.Reclassified(**{"class_": "no_oversight", "priority": "normal", "reason": "diperbaiki", **values})
