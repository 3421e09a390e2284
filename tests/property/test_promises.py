"""Router and sla together, with promises: no silence closes before the day, and a passed promise comes back once."""

from datetime import date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.router.rules import commands as c
from shared.clock import WITA
from shared.events.cases import Reopened, Resolved
from shared.events.submissions import CitizenConfirmed
from shared.pipeline import Tick
from tests.property.test_silence import WORDS, Silence
from tests.support.router_facts import expired

OTHERS = (
    {"outcome": "fixed"},
    {"outcome": "explained"},
    {"outcome": "not_possible", "reason": "Kuotanya diatur pusat."},
    {"outcome": "not_ours", "to": "Kementerian Agama"},
)


class Promises(Silence):
    """The world of the silence, in which answers may promise a day and the router's own timer looks at the case."""

    def __init__(self) -> None:
        self.made: list[date] = []
        """The promised days, in the order in which they were promised."""
        self.came_back: list[date] = []
        super().__init__()

    def fold(self, data: object, at: datetime | None = None) -> None:
        before, known = self.router.states.get(self.router.key), len(self.router.said)
        super().fold(data, at=at)
        case = self.router.case
        for _, fact in self.router.said[known:]:
            if isinstance(fact, Resolved) and fact.until is not None:
                self.made.append(fact.until)
            if isinstance(fact, Reopened) and fact.promised is not None:
                assert self.router.now.astimezone(WITA).date() > fact.promised
                self.came_back.append(fact.promised)
        if before is not None and before.promise_ends is not None and case.state == "closed":
            assert case.ended_by != "silence"

    def answer(self, **fields: object) -> None:
        opd = self.router.case.opd or ""
        if self.command(c.Resolve(opd=opd, answer="Guru pengganti sudah mengajar sejak Senin.", **fields)):  # type: ignore[arg-type]  # drawn
            self.unseen = 0

    @rule(days=st.integers(-1, 62))
    def the_opd_promises(self, days: int) -> None:
        today = self.router.now.astimezone(WITA).date()
        self.answer(outcome="scheduled", until=today + timedelta(days=days))

    @rule(fields=st.sampled_from(OTHERS))
    def the_opd_answers_otherwise(self, fields: dict[str, object]) -> None:
        self.answer(**fields)

    @rule(days=st.integers(0, 60))
    def the_opd_puts_off(self, days: int) -> None:
        until = self.router.now.astimezone(WITA).date() + timedelta(days=days)
        self.command(c.PutItOff(opd=self.router.case.opd or "", until=until, reason="Menunggu."))

    @rule()
    def the_citizen_confirms(self) -> None:
        before = self.router.case
        self.fold(CitizenConfirmed(channel="web"))
        if before.state == "resolved" or (before.state == "closed" and before.ended_by in ("silence", "admin")):
            self.unseen = 0

    @rule()
    def a_koordinator_closes(self) -> None:
        if self.command(c.Close(reason="Sudah dijawab.")):
            self.unseen = 0

    @rule()
    def the_timer_looks(self) -> None:
        case = self.router.case
        ends = case.promise_ends
        passed = ends is not None and ends <= self.router.now
        if passed:
            assert case.due is not None
            assert case.due <= self.router.now
            self.unseen = 0
        self.fold(Tick())
        assert not passed or self.router.case.state == "in_progress"

    @rule()
    def an_older_sla_lets_a_silence_run_out(self) -> None:
        self.fold(expired(self.router, "resolved", since=self.router.now))

    @invariant()
    def a_promise_comes_back_at_most_once(self) -> None:
        standing = [self.router.case.promised_until] if self.router.case.promised_until is not None else []
        assert len(self.came_back) + len(standing) <= len(self.made)
        assert standing == [] or standing == self.made[-1:]

    @invariant()
    def no_silence_runs_while_sla_knows_of_a_promise(self) -> None:
        assert self.clocks.promised is None or self.clocks.live("silence") is None

    @invariant()
    def the_timer_will_look_when_the_day_is_over(self) -> None:
        case = self.router.case
        assert case.promise_ends is None or (case.due is not None and case.due <= case.promise_ends)


def test_a_promise_comes_back_once_though_nobody_says_a_word() -> None:
    world = Promises()
    world.the_opd_promises(days=30)
    world.everything_is_read()
    world.time_passes(hours=24 * 29)
    world.sla_looks_at_the_time()
    world.everything_is_read()
    world.the_timer_looks()
    assert (world.router.case.state, world.came_back) == ("resolved", [])
    for _ in range(3):
        world.time_passes(hours=48)
        world.the_timer_looks()
        world.everything_is_read()
    assert (world.router.case.state, world.came_back) == ("in_progress", world.made)
    assert world.clocks.live("resolve") is not None
    assert world.clocks.live("silence") is None


def test_a_promise_comes_back_although_a_word_waits_for_a_person() -> None:
    world = Promises()
    world.the_opd_promises(days=1)
    world.the_citizen_speaks(WORDS[0])
    world.everything_is_read()
    world.time_passes(hours=72)
    world.the_timer_looks()
    assert (world.router.case.state, world.router.case.replies[-1]) == ("in_progress", WORDS[0].text)


Promises.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestPromises = Promises.TestCase
