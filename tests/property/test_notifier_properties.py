"""Whatever the notifier hears, in whatever order: its folds are total, nothing is told twice, nobody is woken at night."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.notifier.codes import Audience, Channel, Verdict
from services.notifier.rules.commands import Settle
from services.notifier.rules.fold import fold, keys_of
from services.notifier.rules.retry import (
    LONGEST_TRYING_DAILY,
    MOST_TRIES,
    Finished,
    LookFirst,
    Retry,
    Stop,
    TriesSoFar,
    decide_next_step,
)
from services.notifier.rules.retry_after import LONGEST_RETRY_AFTER, retry_after
from services.notifier.rules.rows import NewNotice, Result
from services.notifier.rules.send_window import earliest_sending
from services.notifier.rules.statuses import status_relevance, statuses_to_publish
from services.notifier.rules.verdicts import Outcome, webhook_verdict
from services.notifier.rules.whatsapp_codes import whatsapp_verdict
from services.notifier.state import NotifierState
from shared.clock import WITA
from shared.events import cases, cases_merged, contacts, deadlines
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item
from shared.worktime import Timetable
from shared.worktime.reading import shipped_calendar
from tests.support.notifier_facts import assigned, deadline, escalated, linked, opened, resolved

HOURS = Timetable(shipped_calendar())
START = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
COMPLAINT, PERSON, MESSAGE = uuid4(), uuid4(), uuid4()
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive by contract

ABOUT_THE_CASE: list[Fact] = [
    opened(START, PERSON),
    opened(START, PERSON, state="archived"),
    assigned(),
    cases.Triaged(desk="triage", reasons=("x",)),
    cases.Accepted(opd="dishub", assignment_id=uuid4()),
    cases.Declined(opd="dishub", assignment_id=uuid4(), reason="x"),
    cases.Progressed(opd="dishub", public=True, text="x"),
    cases.InfoRequested(question="?"),
    cases.InfoReceived(state="verification", text="x"),
    resolved(),
    cases.Confirmed(),
    cases.Closed(by="citizen"),
    cases.Disputed(reason="x"),
    cases.Reopened(opd="dishub", assignment_id=uuid4(), round=2, class_="no_oversight", priority="urgent"),
    cases.Archived(reason="withdrawn"),
    cases_merged.Merged(into=uuid4(), into_ticket="KT-AAAA-BBBB-C"),
    cases_merged.MergedFrom(source=uuid4(), source_ticket="KT-AAAA-BBBB-C", contacts=(uuid4(),)),
    cases.Noted(what="x", why="x"),
    cases.CaseErased(),
    deadline("respond", START),
    escalated(START, "head", "citizen"),
    deadlines.DeadlineRetracted(clock="respond", run=1, levels=(1,), reason="x"),
    deadlines.DeadlineMet(clock="respond", run=1, at=START, late=False),
    deadlines.DeadlinePaused(clock="respond", run=1, at=START),
    deadlines.DeadlineResumed(clock="respond", run=1, at=START, due_at=START),
    deadlines.SilenceExpired(run=1, after="resolved", since=START, due_at=START),
]
ABOUT_THE_PERSON: list[Fact] = [
    linked(COMPLAINT),
    contacts.WindowOpened(at=START),
    contacts.OptedOut(),
    contacts.OptedIn(),
    contacts.ReplyRequested(template="unsupported", channel="whatsapp", address="+6280000000123"),
    contacts.MessageStatusReported(provider_id="wamid.1", message_id=MESSAGE, status="read", at=START),
    contacts.ContactErased(),
]
HEARD = st.lists(
    st.one_of(
        st.sampled_from(ABOUT_THE_CASE).map(lambda fact: (COMPLAINT, fact)),
        st.sampled_from(ABOUT_THE_PERSON).map(lambda fact: (PERSON, fact)),
        st.sampled_from(["sent", "delivered", "read", "failed", "given_up"]).map(
            lambda status: (COMPLAINT, Settle((Result(MESSAGE, 1, "sent", "email", "resolved", "officer:1", status),)))
        ),
    ),
    max_size=30,
)


def played(heard: list[tuple[UUID, Any]]) -> tuple[dict[UUID, NotifierState | None], list[NewNotice], list[str]]:
    states: dict[UUID, NotifierState | None] = {}
    notices: list[NewNotice] = []
    told: list[str] = []
    for number, (key, data) in enumerate(heard):
        keys = keys_of(key, data) if isinstance(data, Fact) else (key,)
        at = START + timedelta(minutes=number)
        change = fold({one: states.get(one) for one in keys}, Item(key, data, "t", at, new_id(), keys), at, hours=HOURS)
        assert set(change.states) <= set(keys)
        states |= change.states
        notices += [row for row in change.rows if isinstance(row, NewNotice)]
        told += [out.data.TYPE for out in change.events]
    return states, notices, told


@given(HEARD)
def test_folds_are_total_and_say_no_status_twice(heard: list[tuple[UUID, Any]]) -> None:
    _, _, told = played(heard)
    assert all(told.count(f"notification.{status}") <= 1 for status in ("delivered", "read"))


@given(HEARD)
def test_a_fact_makes_at_most_one_notice_for_each_recipient(heard: list[tuple[UUID, Any]]) -> None:
    _, notices, _ = played(heard)
    who = [(row.event, row.audience, row.contact, row.opd, row.kind) for row in notices]
    assert len(set(who)) == len(who)


@given(HEARD)
def test_no_notice_is_due_before_what_it_tells(heard: list[tuple[UUID, Any]]) -> None:
    _, notices, _ = played(heard)
    assert all(row.due >= row.occurred_at for row in notices)


@given(MOMENTS)
def test_no_citizen_is_written_to_at_night(at: datetime) -> None:
    out = earliest_sending(Audience.CITIZEN, at, HOURS, at_once=False)
    assert 7 <= out.astimezone(WITA).hour < 21
    assert timedelta() < out - at <= timedelta(hours=10, minutes=1)


@given(MOMENTS)
def test_no_officer_is_written_to_out_of_office_hours(at: datetime) -> None:
    assert HOURS.is_open(earliest_sending(Audience.HEAD, at, HOURS, at_once=False))


@given(st.lists(st.sampled_from(["sent", "delivered", "read", "failed", "given_up", "suppressed"]), max_size=20))
def test_any_order_of_statuses_is_told_forwards(reported: list[str]) -> None:
    before: str | None = None
    told: list[str] = []
    for status in reported:
        for one in statuses_to_publish(before, status):
            told.append(one)
            before = one
    arrived = [status for status in told if status in ("delivered", "read")]
    assert arrived == sorted(arrived)
    assert not arrived or set(told[told.index(arrived[0]) :]) <= {"delivered", "read"}


OUTCOMES = st.builds(
    Outcome,
    verdict=st.sampled_from(sorted(Verdict)),
    retry_after=st.one_of(st.none(), st.timedeltas(timedelta(), LONGEST_RETRY_AFTER)),
)
LOOK_FOR = timedelta(minutes=5)


class Journey:
    """One message on its way: what a row remembers between its tries, and nothing else."""

    def __init__(self, channel: Channel, *, window: bool) -> None:
        self.channel, self.window, self.switched = channel, window, False
        self.now = self.first_try = START
        self.tries, self.at_once, self.switches, self.ended = 0, 0, 0, False

    def meets(self, outcome: Outcome, jitter: float) -> None:
        """One try, and as much of what follows as happens without anybody's help."""
        self.tries += 1
        self._goes_on(outcome, jitter)

    def _goes_on(self, outcome: Outcome, jitter: float) -> None:
        template = "tanggap_x" if self.channel is Channel.WHATSAPP and (self.switched or not self.window) else None
        tried = TriesSoFar(self.channel, self.tries, self.first_try, template)
        what = decide_next_step(outcome, tried, now=self.now, jitter=jitter, look_for=LOOK_FOR)
        match what.then if isinstance(what, Stop) else what:
            case LookFirst(until):
                self.now = until
                self._goes_on(Outcome(Verdict.UNHEARD), jitter)
            case Retry(at, as_template):
                self.at_once += at <= self.now
                self.switches += as_template
                self.switched = self.switched or as_template
                self.now = max(at, self.now)
            case Finished():  # a later status may still say that it failed
                pass
            case _:
                self.ended = True


@given(
    st.lists(OUTCOMES, min_size=60, max_size=60), st.sampled_from(sorted(Channel)), st.booleans(), st.floats(0, 0.999)
)
def test_whatever_is_answered_a_message_ends_within_its_tries_and_its_time(
    outcomes: list[Outcome], channel: Channel, window: bool, jitter: float
) -> None:
    journey = Journey(channel, window=window)
    for outcome in outcomes:
        failed = outcome if outcome.verdict is not Verdict.ACCEPTED else Outcome(Verdict.AGAIN)
        if not journey.ended:
            journey.meets(failed, jitter)
    assert journey.ended
    assert journey.tries <= MOST_TRIES
    assert journey.now - START <= LONGEST_TRYING_DAILY + LOOK_FOR


@given(OUTCOMES, st.sampled_from(sorted(Channel)), st.booleans())
def test_the_same_answer_again_and_again_is_repeated_at_once_only_once(
    outcome: Outcome, channel: Channel, window: bool
) -> None:
    journey = Journey(channel, window=window)
    while not journey.ended and journey.tries < 100:
        journey.meets(outcome if outcome.verdict is not Verdict.ACCEPTED else Outcome(Verdict.USE_TEMPLATE), 0.0)
    assert journey.at_once <= 1
    assert journey.switches <= 1
    assert journey.tries <= MOST_TRIES


TRIES = st.sampled_from(["due", "sending", "unsure", "sent", "delivered", "read", "given_up"])


STATUSES = st.sampled_from(["sent", "delivered", "read", "failed"])


@given(TRIES, st.sampled_from([None, "wamid.1", "wamid.2"]), STATUSES, st.booleans())
def test_a_status_of_another_try_never_counts(state: str, now_id: str | None, status: str, old: bool) -> None:
    stands = status_relevance(state=state, now_id=now_id, provider_id="wamid.1", old=old, status=status)
    if old or now_id == "wamid.2":
        assert stands != "counts"
    if state == "sending":
        assert stands != "counts"
    if status != "failed" and not old and now_id == "wamid.1" and state != "sending":
        assert stands == "counts"


@given(st.text(max_size=60))
def test_whatever_stands_in_retry_after_the_wait_is_bounded(written: str) -> None:
    wait = retry_after(written, START)
    assert wait is None or timedelta() <= wait <= LONGEST_RETRY_AFTER


@given(st.integers(-10, 3_000_000), st.integers(100, 599))
def test_every_code_has_a_verdict(code: int, status: int) -> None:
    assert whatsapp_verdict(code, status) in Verdict
    assert webhook_verdict(status) in Verdict
