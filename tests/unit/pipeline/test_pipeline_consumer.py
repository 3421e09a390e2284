"""The consumer's health: liveness follows what is handled, readiness follows the broker."""

import time
from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.backoff import retry
from shared.inputs.committing import commit
from shared.inputs.consumer import Consumer
from shared.inputs.progress import STANDING_S, Mark, ProgressWatch
from shared.inputs.reader import ILL_POLLS, ILL_S, Reader
from shared.observability.health import Health
from shared.observability.metrics import Meters
from shared.pipeline.held import Held
from shared.pipeline.step import Batch
from tests.support.toys import unconnected_router

PLACE = TopicPartition("t", 0)


class Known:
    """A consumer of the client library as far as the watch looks at it, without a broker."""

    def __init__(self, *, lag: int, connected: bool, tended: bool = True, settled: bool = True) -> None:
        state = SimpleNamespace(position=10, has_valid_position=True)
        assignment = SimpleNamespace(state_value=lambda _place: state)
        self._lag = lag
        self._coordinator = SimpleNamespace(
            coordinator_id=1 if connected else None,
            _coordination_task=SimpleNamespace(done=lambda: not tended),
            _rejoin_needed_fut=SimpleNamespace(done=lambda: not settled),
            generation=1,
        )
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))

    def assignment(self) -> list[TopicPartition]:
        return [PLACE]

    def highwater(self, _place: TopicPartition) -> int:
        return 10 + self._lag


def watched(*, lag: int, connected: bool, quiet_for: float) -> Health:
    consumer, health = consumer_of(lag=lag, connected=connected, quiet_for=quiet_for)
    consumer._watch()
    return health


def consumer_of(*, lag: int, connected: bool, quiet_for: float) -> tuple[Consumer, Health]:
    health = Health()
    service = unconnected_router()
    step: Any = SimpleNamespace(held=Held(), positions=None, offset_back=None)
    own: Any = SimpleNamespace()
    consumer = Consumer(service, step, health, Meters(), lambda: None, own)
    (reader,) = consumer.readers
    reader._subscriber = SimpleNamespace(consumer=Known(lag=lag, connected=connected))
    reader.placing = SimpleNamespace(placed=True)  # type: ignore[assignment]
    reader._moved = time.monotonic() - quiet_for
    return consumer, health


@pytest.mark.parametrize(
    ("lag", "connected", "quiet_for", "moves"),
    [
        (0, True, 1000.0, True),
        (5, True, 1.0, True),
        (5, True, 1000.0, False),
        (5, False, 1000.0, True),
    ],
    ids=["nothing to do", "just handled some", "records wait and nothing is handled", "the broker is away"],
)
def test_the_loop_moves_when_it_handles_what_is_there(lag: int, connected: bool, quiet_for: float, moves: bool) -> None:
    assert ("consumer.loop" in watched(lag=lag, connected=connected, quiet_for=quiet_for)._beats) is moves


async def tried(errors: Sequence[Exception], verdicts: list[bool], monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return the argument of each attempt when these errors follow one another and are judged like that."""
    clock, told, judged = [100.0], list[bool](), iter(verdicts)
    monkeypatch.setattr("shared.inputs.committing.time.monotonic", lambda: clock[0])

    class Failing:
        """A step that fails with each error, and then commits one event."""

        async def run(self, _batch: Batch, *, doubt: bool) -> int:
            told.append(doubt)
            if len(told) <= len(errors):
                raise errors[len(told) - 1]
            return 1

        async def suspects(self, _error: Exception) -> bool:
            return next(judged)

    async def slept(_seconds: float) -> None:
        clock[0] += 4.0

    monkeypatch.setattr("shared.inputs.committing.retry", partial(retry, wait=slept))
    assert await commit(Failing(), Batch([]), Health()) == 1  # type: ignore[arg-type]
    return told


async def test_a_culprit_is_searched_for_only_after_errors_that_came_for_ten_seconds_while_postgres_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    errors = [TimeoutError() for _ in range(5)]
    assert await tried(errors, [True] * 5, monkeypatch) == [False, False, False, True, True, True]


async def test_an_outage_in_between_begins_the_waiting_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    errors = [TimeoutError() for _ in range(7)]
    verdicts = [True, True, False, True, True, True, True]
    assert await tried(errors, verdicts, monkeypatch) == [False] * 6 + [True] * 2


async def test_in_an_outage_no_culprit_is_ever_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(await tried([OSError()] * 200, [False] * 200, monkeypatch))


def marks(handled: int | None, *, waits: bool) -> dict[TopicPartition, Mark]:
    return {PLACE: Mark(handled, waits), TopicPartition("quiet", 0): Mark(3, waits=False)}


@pytest.mark.parametrize(
    ("looks", "standing"),
    [
        ([(5, True, 0), (5, True, 29)], []),
        ([(5, True, 0), (5, True, 31)], [PLACE]),
        ([(5, True, 0), (6, True, 20), (6, True, 45)], []),
        ([(5, True, 0), (5, False, 20), (5, True, 25), (5, True, 50)], []),
        ([(None, True, 0), (None, True, 31)], [PLACE]),
        ([(5, True, 0), (5, True, 31), (6, True, 32)], []),
    ],
    ids=["not yet", "stands", "moved", "had nothing to do", "no broker answers for it", "moves again"],
)
def test_a_partition_stands_when_something_waits_and_nothing_was_handled(
    looks: Any, standing: list[TopicPartition]
) -> None:
    progress, found = ProgressWatch(), list[TopicPartition]()
    for handled, waits, at in looks:
        found = progress.standing(marks(handled, waits=waits), at)
    assert found == standing


def test_a_partition_that_stands_turns_readiness_red_and_is_counted_by_its_topic(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    consumer, health = consumer_of(lag=5, connected=True, quiet_for=0)
    consumer._watch()
    assert health.troubles() == []
    later = time.monotonic() + STANDING_S + 1
    monkeypatch.setattr("shared.inputs.consumer.time.monotonic", lambda: later)
    consumer._watch()
    assert health.troubles() == ["progress"]
    value = consumer._meters.registry.get_sample_value
    assert value("tanggap_stream_standing_partitions", {"topic": "t"}) == 1
    consumer.readers[0]._next[PLACE] = 11
    consumer._watch()
    assert health.troubles() == []
    assert value("tanggap_stream_standing_partitions", {"topic": "t"}) == 0


def reader_of(*, connected: bool = True, tended: bool = True, settled: bool = True) -> Reader:
    consumer, _ = consumer_of(lag=0, connected=connected, quiet_for=0)
    (reader,) = consumer.readers
    reader._subscriber = SimpleNamespace(consumer=Known(lag=0, connected=connected, tended=tended, settled=settled))
    return reader


def test_a_client_whose_care_for_the_membership_has_ended_is_not_connected() -> None:
    assert reader_of().connected()
    assert not reader_of(tended=False).connected()


@pytest.mark.parametrize(
    ("connected", "tended"), [(False, True), (True, False)], ids=["no coordinator", "care has ended"]
)
def test_a_client_is_ill_when_it_was_no_member_for_longer_than_a_session_lasts(connected: bool, tended: bool) -> None:
    reader, now = reader_of(connected=connected, tended=tended), time.monotonic()
    assert not reader.ill(now + ILL_S - 1)
    assert reader.ill(now + ILL_S + 1)


def test_a_client_that_finds_back_in_between_is_not_ill() -> None:
    reader, now = reader_of(connected=False), time.monotonic()
    lost = reader._subscriber.consumer
    assert not reader.ill(now + ILL_S - 1)
    reader._subscriber.consumer = Known(lag=0, connected=True)
    assert not reader.ill(now + ILL_S + 1)
    reader._subscriber.consumer = lost
    assert not reader.ill(now + 2 * ILL_S)


def test_a_client_whose_every_poll_fails_is_ill_and_one_poll_that_ends_well_shows_that_it_is_not() -> None:
    reader, now = reader_of(), time.monotonic()
    for _ in range(ILL_POLLS):
        reader._polled(TimeoutError())
    assert reader.ill(now + ILL_S + 1)
    reader._polled(None)
    assert not reader.ill(now + ILL_S + 1)


@pytest.mark.parametrize("settled", [True, False])
async def test_nothing_is_committed_while_the_group_must_be_joined_anew(settled: bool) -> None:
    reader = reader_of(settled=settled)
    reader.commit_if_settled()
    assert (reader._committing is not None) is settled
    await reader.end()


def test_a_broker_that_is_away_makes_the_service_not_ready() -> None:
    assert watched(lag=0, connected=False, quiet_for=0).troubles() == ["kafka"]
