"""Router and sla together, whatever each has read so far: no clock closes a case on which the citizen has spoken unseen."""

from collections import deque
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.router.rules import commands as c
from services.sla.rules import DueDates, fold
from services.sla.state import CaseClocks
from shared.errors import Refused
from shared.events.catalogue import CASES
from shared.events.deadlines import SilenceExpired
from shared.events.fact import Fact
from shared.events.submissions import CitizenDisputed, CitizenRated, CitizenReplied
from shared.ids import new_id
from shared.pipeline import Item, Tick
from tests.support.router_facts import SCHOOL, Story, submitted
from tests.support.sla_story import shipped_book, shipped_table

BEGIN = datetime(2026, 4, 6, 2, tzinfo=UTC)
WORDS = (
    CitizenReplied(text="Pak tolong dicek lagi", channel="whatsapp"),
    CitizenReplied(text="Masih rusak pak, tidak ada yang datang memperbaiki", channel="web"),
    CitizenDisputed(reason="belum ada perubahan", channel="sms"),
    CitizenRated(stars=1, channel="web"),
)


class Silence(RuleBasedStateMachine):
    """Three streams that each service reads when it likes; the citizen, an officer and a koordinator act at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.router = Story()
        self.router.now = BEGIN
        self.due_dates = DueDates(shipped_table(), shipped_book())
        self.clocks = CaseClocks()
        self.said: deque[tuple[datetime, Fact]] = deque()
        self.cases: deque[tuple[datetime, Fact]] = deque()
        self.deadlines: deque[tuple[datetime, Fact]] = deque()
        self.unseen = 0
        """Words that are spoken and neither reopened the case nor were dealt with by a person."""
        self.fold(submitted(SCHOOL))

    def fold(self, data: object, at: datetime | None = None) -> None:
        for fact in self.router.fold(data, at=at):
            if fact.TYPE.startswith("case."):
                self.cases.append((at or self.router.now, fact))

    def count(self, data: object, at: datetime) -> None:
        item = Item(key=self.router.key, data=data, actor="t", at=at, id=new_id(), keys=(self.router.key,), topic=CASES)
        change = fold(self.due_dates, {self.router.key: self.clocks}, item, at)
        self.clocks = change.states.get(self.router.key, self.clocks)
        self.deadlines += [(at, out.data) for out in change.events]

    def command(self, command: c.CaseCommand) -> bool:
        try:
            self.fold(command)
        except Refused:
            return False
        return True

    @rule(hours=st.integers(1, 400))
    def time_passes(self, hours: int) -> None:
        self.router.later(hours=hours)

    @rule(word=st.sampled_from(WORDS))
    def the_citizen_speaks(self, word: Fact) -> None:
        self.said.append((self.router.now, word))

    @rule(late=st.booleans())
    def router_reads_what_was_said(self, late: bool) -> None:
        if self.said:
            at, word = self.said.popleft()
            before = self.router.case.state
            self.fold(word, at=at if late else None)
            # Stars without a comment on a closed case are kept as they are; no person must read them.
            quiet = before == "closed" and isinstance(word, CitizenRated)
            if before in {"resolved", "closed"} and self.router.case.state != "in_progress" and not quiet:
                self.unseen += 1
            elif self.router.case.state == "in_progress":
                self.unseen = 0

    @rule()
    def router_reads_a_deadline(self) -> None:
        if self.deadlines:
            at, fact = self.deadlines.popleft()
            before = self.router.case
            self.fold(fact, at=at)
            assert not before.unread or self.router.case.state == before.state

    @rule()
    def sla_reads_a_case_event(self) -> None:
        if self.cases:
            at, fact = self.cases.popleft()
            self.count(fact, at)

    @rule()
    def sla_looks_at_the_time(self) -> None:
        self.count(Tick(), self.router.now)

    @rule()
    def the_opd_answers(self) -> None:
        case = self.router.case
        if self.command(c.Resolve(opd=case.opd or "", answer="Guru pengganti sudah mengajar.")):
            self.unseen = 0

    @rule(outcome=st.sampled_from(["ask", "reopen", "read"]))
    def a_person_deals_with_the_words(self, outcome: str) -> None:
        if self.command(c.HandleReply(outcome=outcome)):  # type: ignore[arg-type]  # drawn from the literal's values
            self.unseen = 0

    @rule()
    def everything_is_read(self) -> None:
        for _ in range(200):
            self.router_reads_what_was_said(late=False)
            self.router_reads_a_deadline()
            self.sla_reads_a_case_event()
        assert not self.said
        assert not self.cases
        case = self.router.case
        if case.state == "resolved" and case.unread:
            assert self.clocks.live("silence") is None

    @invariant()
    def every_unseen_word_is_before_a_person(self) -> None:
        assert (self.router.case.unread or 0) == self.unseen
        assert (self.router.case.unread_since is not None) == (self.unseen > 0)


def test_silence_begins_again_only_by_a_persons_act() -> None:
    world = Silence()
    world.the_opd_answers()
    world.everything_is_read()
    world.the_citizen_speaks(WORDS[0])
    world.everything_is_read()
    world.time_passes(hours=24 * 40)
    world.sla_looks_at_the_time()
    world.everything_is_read()
    assert world.router.case.state == "resolved"
    world.a_person_deals_with_the_words("ask")
    world.everything_is_read()
    assert world.clocks.live("silence") is not None
    world.time_passes(hours=24 * 40)
    world.sla_looks_at_the_time()
    assert any(isinstance(fact, SilenceExpired) for _, fact in world.deadlines)
    world.everything_is_read()
    assert world.router.case.ended_by == "silence"


Silence.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestSilence = Silence.TestCase
