"""The engine alone: items and rows in, attempts and events out, without a connection."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.errors import Invalid, OurFailure, TooLarge, Unavailable
from shared.events.catalogue import CASES, SUBMISSIONS
from shared.events.fact import Unknown
from shared.events.submissions import CitizenReplied, SubmissionErased
from shared.ids import new_id
from shared.kafka.records import BLANK_BODY
from shared.pipeline import Change, Item, Out, Tick, Undecodable
from shared.pipeline.dead_letters import DeadLetter
from shared.pipeline.drain import Drain
from shared.pipeline.engine import NEWER_RETRY, TIMER_RETRY, Engine
from shared.pipeline.held import HELD
from shared.pipeline.items import Problem, Unkeyed
from shared.pipeline.rows import Rows
from shared.record import Record
from tests.support.toys import Forget, Say, Toy, intake_fold, router_fold

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, OTHER = new_id(), new_id()


def record(offset: int = 0, topic: str = SUBMISSIONS) -> Record:
    return Record(topic, 0, offset, NOW, str(KEY).encode(), b"{}", ())


def said(sequence: int, text: str = "satu", key: UUID = KEY) -> Item:
    data = CitizenReplied(text=text, channel="web")
    keys = (key,)
    return Item(key, data, "citizen", NOW, new_id(), keys, SUBMISSIONS, sequence, record=record(sequence))


def command(data: object, key: UUID = KEY) -> Item:
    return Item(key, data, "citizen", NOW, new_id(), (key,))


def tick(at: datetime = NOW) -> Item:
    return Item(KEY, Tick(), "clock", at, new_id(), (KEY,))


def update(data: object, problem: Problem | None = None) -> Item:
    return Item(
        KEY,
        data,
        "opd:dishub",
        NOW,
        new_id(),
        (KEY,),
        "u",
        opd="dishub",
        external_id="u1",
        record=record(),
        problem=problem,
    )


def engine(fold: Any = router_fold, keys: Sequence[UUID] = (KEY, OTHER)) -> Engine[Toy]:
    rows: Rows[Toy] = Rows(TypeAdapter(Toy))
    rows.begin(keys)
    return Engine(fold, rows, NOW)


def texts(made: Engine[Toy], key: UUID = KEY) -> tuple[str, ...]:
    state = made.rows.by_key[key].state
    return state.texts if state else ()


def test_a_record_is_folded_once_and_its_event_is_numbered() -> None:
    made = engine()
    assert [made.apply(item).outcome for item in (said(1), said(1), said(2, "dua"))] == ["folded", "repeat", "folded"]
    assert texts(made) == ("satu", "dua")
    assert [(event[1], event[3]) for event in made.rows.events] == [(CASES, 1), (CASES, 2)]


def test_a_gap_waits_for_the_sequence_that_it_names() -> None:
    made = engine()
    attempt = made.apply(said(3))
    assert (attempt.outcome, attempt.problem) == ("gap", Problem("gap", "waits for sequence 1"))
    assert made.rows.by_key[KEY].waiting
    assert texts(made) == ()


def test_a_record_that_fills_a_gap_says_that_parked_ones_may_go_on() -> None:
    made = engine()
    made.apply(said(2, "dua"))
    assert made.progressed == set()
    made.apply(said(1))
    assert made.progressed == {KEY}


def test_parked_records_are_drained_in_order_up_to_the_limit() -> None:
    for limit, gone in ((None, [2, 3, 4]), (2, [2, 3]), (0, [])):
        made = engine()
        made.apply(said(1))
        drain = Drain(limit)
        letters = [DeadLetter(n, KEY, SUBMISSIONS, True, said(n, str(n))) for n in (2, 3, 4)]
        drain.run(made, [KEY], letters)
        assert drain.unparked == gone
        assert made.rows.by_key[KEY].waiting is (len(gone) < 3)


def test_a_drain_stops_at_a_record_whose_rule_fails_and_names_the_reason() -> None:
    made = engine()
    made.apply(said(1))
    drain = Drain(None)
    drain.run(
        made, [KEY], [DeadLetter(n, KEY, SUBMISSIONS, True, said(n, text)) for n, text in ((2, "raise"), (3, "x"))]
    )
    assert drain.unparked == []
    [(stopped, problem)] = drain.stopped
    assert (stopped, problem.reason) == (2, "fold")
    assert problem.detail.startswith("ValueError in tests.support.toys.router_fold:")


def test_a_rule_that_fails_parks_its_record_and_changes_nothing() -> None:
    made = engine()
    attempt = made.apply(said(1, "raise"))
    assert attempt.outcome == "parked"
    assert attempt.problem is not None
    assert attempt.problem.reason == "fold"
    assert (texts(made), made.rows.events, made.rows.by_key[KEY].read) == ((), [], {})
    assert made.apply(said(2)).outcome == "gap"


def test_a_command_is_refused_by_what_its_rule_raises() -> None:
    def refusing(_states: Mapping[UUID, Toy | None], item: Item, _now: datetime) -> Change[Toy]:
        raise item.data

    for error, refusal in ((Invalid("salah"), Invalid), (TooLarge(), TooLarge), (KeyError("x"), OurFailure)):
        attempt = engine(refusing).apply(command(error))
        assert attempt.outcome == "refused"
        assert type(attempt.refusal) is refusal


def test_a_fold_may_change_only_the_keys_of_its_item() -> None:
    def foreign_state(_states: Mapping[UUID, Toy | None], _item: Item, _now: datetime) -> Change[Toy]:
        return Change({OTHER: Toy()})

    def foreign_event(_states: Mapping[UUID, Toy | None], _item: Item, _now: datetime) -> Change[Toy]:
        return Change(events=(Out(SUBMISSIONS, OTHER, SubmissionErased()),))

    for fold in (foreign_state, foreign_event):
        made = engine(fold)
        assert made.apply(said(1)).outcome == "parked"
        assert made.rows.by_key[OTHER].changed is False
        assert made.rows.events == []


def test_only_a_command_that_changed_something_leaves_a_receipt() -> None:
    made = engine(intake_fold)
    acted, idle = command(Say("satu")), command("nothing")
    for item in (acted, idle, said(1)):
        made.apply(item)
    assert [receipt for receipt, _ in made.rows.receipts] == [acted.id]


def test_a_command_whose_answer_cannot_be_stored_changes_nothing() -> None:
    def answering(_states: Mapping[UUID, Toy | None], item: Item, _now: datetime) -> Change[Toy]:
        return Change({item.key: Toy(texts=("satu",))}, answer=object())

    made = engine(answering)
    assert isinstance(made.apply(command("x")).refusal, OurFailure)
    assert (texts(made), made.rows.changed(), made.rows.receipts) == ((), [], [])


def test_what_a_fold_passes_on_is_folded_when_its_key_is_loaded_and_leaves_no_receipt() -> None:
    made = engine()
    made.apply(said(1, f"forward:{OTHER}"))
    waiting = made.take_forwards()
    assert [(forward.key, forward.data) for forward in waiting] == [(OTHER, Say("forwarded"))]
    made.forward(waiting)
    assert texts(made, OTHER) == ("forwarded",)
    assert (made.take_forwards(), made.rows.receipts) == ([], [])


def test_an_erasure_blanks_the_events_of_the_transaction_and_comes_though_records_are_missing() -> None:
    made = engine(intake_fold)
    made.apply(command(Say("rahasia")))
    made.apply(command(Forget()))
    assert made.erased == {KEY}
    assert {event[8] for event in made.rows.events[:1]} == {BLANK_BODY.decode()}
    late = engine()
    erased = Item(KEY, SubmissionErased(), "citizen", NOW, new_id(), (KEY,), SUBMISSIONS, 9, record=record())
    assert late.apply(erased).outcome == "folded"


def test_an_unreadable_update_is_answered_and_parked_without_holding_up_the_next() -> None:
    made = engine()
    problem = Problem("undecodable", "the body is empty")
    attempt = made.apply(update(Undecodable("the body is empty"), problem))
    assert (attempt.outcome, attempt.problem) == ("parked", problem)
    assert [event[4] for event in made.rows.events] == ["reply.refused"]
    assert made.rows.by_key[KEY].waiting is False


def test_an_update_behind_a_parked_record_waits_for_it() -> None:
    made = engine()
    made.apply(said(2))
    attempt = made.apply(update(Unknown()))
    assert attempt.problem is not None
    assert (attempt.outcome, attempt.problem.reason) == ("parked", "behind")


def test_a_record_without_a_key_is_parked_as_evidence() -> None:
    problem = Problem("undecodable", "missing or unreadable: key (a UUID)")
    attempt = engine().apply(Unkeyed(record(), problem))
    assert (attempt.outcome, attempt.problem) == ("parked", problem)


def test_a_timer_fires_when_it_is_due_and_once() -> None:
    made = engine()
    made.apply(said(1, "due"))
    assert made.apply(tick(NOW - timedelta(seconds=1))).outcome == "repeat"
    assert [made.apply(tick()).outcome for _ in range(2)] == ["folded", "repeat"]


def test_a_timer_whose_rule_fails_is_tried_again_in_an_hour() -> None:
    def failing(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
        if item.timer:
            raise ValueError
        return router_fold(states, item, now)

    made = engine(failing)
    made.apply(said(1, "due"))
    assert made.apply(tick()).outcome == "refused"
    assert made.rows.by_key[KEY].due_at == NOW + TIMER_RETRY


def test_a_row_that_newer_code_wrote_is_kept_and_its_timer_is_tried_soon() -> None:
    made = engine()
    row = made.rows.by_key[KEY]
    row.broken, row.raw = True, '{"texts": 7}'
    attempt = made.apply(said(1))
    assert attempt.problem is not None
    assert attempt.problem.detail.startswith("NewerState in ")
    assert made.apply(tick()).outcome == "refused"
    assert row.due_at == NOW + NEWER_RETRY
    assert made.rows.stored_state(row) == '{"texts": 7}'


def test_an_item_whose_row_is_held_is_set_aside_and_a_caller_is_told_to_come_again() -> None:
    made = engine(keys=())
    held = Item(KEY, Say("x"), "citizen", NOW, new_id(), (KEY,), problem=HELD)
    assert isinstance(made.apply(held).refusal, Unavailable)
    waiting = Item(KEY, Say("x"), "citizen", NOW, new_id(), (KEY,), SUBMISSIONS, 1, record=record(), problem=HELD)
    assert made.apply(waiting).problem == HELD


@given(st.permutations(range(1, 7)), st.integers(1, 6))
def test_whatever_the_order_of_delivery_each_record_is_folded_once_in_sequence(order: list[int], again: int) -> None:
    """Records come in any order and one of them twice; what is parked is drained after each."""
    made, parked = engine(), dict[int, DeadLetter]()
    for sequence in (*order, again):
        item = said(sequence, str(sequence))
        if made.apply(item).outcome == "gap":
            parked[sequence] = DeadLetter(sequence, KEY, SUBMISSIONS, True, item)
        if made.progressed:
            drain = Drain(None)
            drain.run(made, sorted(made.progressed), [parked[one] for one in sorted(parked)])
            made.progressed.clear()
            for gone in drain.unparked:
                del parked[gone]
    assert texts(made) == ("1", "2", "3", "4", "5", "6")
    assert parked == {}
    assert [event[3] for event in made.rows.events] == [1, 2, 3, 4, 5, 6]
