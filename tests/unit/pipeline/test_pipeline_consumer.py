"""The consumer's pulse: liveness follows what is handled, readiness follows the broker."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from shared.events.catalogue import read_by
from shared.observability.health import Pulse
from shared.observability.metrics import Meters
from shared.pipeline.consumer import Consumer
from shared.service import Service
from tests.support.toys import SECRET, Toy, ToySettings, router_fold

PLACE = TopicPartition("t", 0)


class Known:
    """A consumer of the client library as far as the watch looks at it, without a broker."""

    def __init__(self, *, lag: int, connected: bool) -> None:
        state = SimpleNamespace(position=10, has_valid_position=True)
        assignment = SimpleNamespace(state_value=lambda _place: state)
        self._lag = lag
        self._coordinator = SimpleNamespace(coordinator_id=1 if connected else None)
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))

    def assignment(self) -> list[TopicPartition]:
        return [PLACE]

    def highwater(self, _place: TopicPartition) -> int:
        return 10 + self._lag


def watched(*, lag: int, connected: bool, quiet_for: float) -> Pulse:
    given: Any = {"dsn": "postgresql://nobody@127.0.0.1:1/none", "secret": SECRET}
    pulse = Pulse()
    service = Service(
        name="router",
        settings=ToySettings(**given),
        state=Toy,
        fold=router_fold,
        streams=read_by("router"),
        migrations=Path("/nonexistent"),
    )
    consumer = Consumer(service, SimpleNamespace(), pulse, Meters())  # type: ignore[arg-type]
    (reader,) = consumer.readers
    reader._subscriber = SimpleNamespace(consumer=Known(lag=lag, connected=connected))
    reader._moved = time.monotonic() - quiet_for
    consumer._watch()
    return pulse


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


def test_a_broker_that_is_away_makes_the_service_not_ready() -> None:
    assert watched(lag=0, connected=False, quiet_for=0).troubles() == ["kafka"]
