"""The consumer's pulse: liveness follows what is handled, readiness follows the broker."""

import time
from types import SimpleNamespace
from typing import Any

import pytest

from shared.observability.health import Pulse
from shared.observability.metrics import Meters
from shared.pipeline.consumer import Consumer
from tests.support.toys import SECRET, ToySettings

PLACE = SimpleNamespace(topic="t", partition=0)


def watched(monkeypatch: pytest.MonkeyPatch, *, lag: int, connected: bool, quiet_for: float) -> Pulse:
    given: Any = {"dsn": "postgresql://nobody@127.0.0.1:1/none", "secret": SECRET}
    pulse = Pulse()
    consumer = Consumer(ToySettings(**given), ("t",), SimpleNamespace(), pulse, Meters())  # type: ignore[arg-type]
    state = SimpleNamespace(position=10, has_valid_position=True)
    assignment = SimpleNamespace(state_value=lambda _place: state)
    consumer._subscriber = SimpleNamespace(
        consumer=SimpleNamespace(
            assignment=lambda: [PLACE],
            highwater=lambda _place: 10 + lag,
            last_stable_offset=lambda _place: None,
            _coordinator=SimpleNamespace(coordinator_id=1 if connected else None),
            _subscription=SimpleNamespace(subscription=SimpleNamespace(assignment=assignment)),
        )
    )
    consumer._moved = time.monotonic() - quiet_for
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
def test_the_loop_moves_when_it_handles_what_is_there(
    monkeypatch: pytest.MonkeyPatch, lag: int, connected: bool, quiet_for: float, moves: bool
) -> None:
    assert ("consumer.loop" in watched(monkeypatch, lag=lag, connected=connected, quiet_for=quiet_for)._beats) is moves


def test_a_broker_that_is_away_makes_the_service_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watched(monkeypatch, lag=0, connected=False, quiet_for=0).troubles() == ["kafka"]
