"""The queue of web forms: honest people are never refused, and one who hammers slows nobody beyond a bound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from services.intake.api.turns import Turns
from services.intake.errors import Queued
from services.intake.settings import IntakeSettings
from shared.errors import TooMany

DEFAULTS = {name: field.default for name, field in IntakeSettings.model_fields.items()}
TEN_MINUTES = 600.0
CARRIER = "203.0.113.7"


class Time:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def turns_of(clock: Time, **more: object) -> Turns:
    given_settings = IntakeSettings.model_construct(**(DEFAULTS | {"secret": SecretStr("cd" * 32)} | more))
    return Turns(given_settings, clock, clock)


def came_through(turns: Turns, clock: Time, address: str, arrivals: list[tuple[float, str]]) -> dict[str, float]:
    """Let each visitor send one form at its time, and again whenever the page says so. Return how long each waited."""
    waited: dict[str, float] = {}
    coming = sorted((at, at, visitor, "") for at, visitor in arrivals)
    start = clock.now
    while coming:
        coming.sort(reverse=True)
        at, came, visitor, turn = coming.pop()
        clock.now = start + at
        try:
            waited[visitor] = at + turns.reserve(address, visitor, f"form of {visitor}", turn) - came
        except Queued as queued:
            coming.append((at + queued.retry_after, came, visitor, queued.turn))
    return waited


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, TEN_MINUTES), min_size=1, max_size=2_000))
def test_two_thousand_people_in_ten_minutes_behind_one_carrier_all_come_through(times: list[float]) -> None:
    clock = Time()
    waited = came_through(turns_of(clock), clock, CARRIER, [(at, f"v{number}") for number, at in enumerate(times)])
    assert len(waited) == len(times)
    assert max(waited.values()) <= 172


def test_two_thousand_people_in_the_same_second_come_through_within_three_minutes() -> None:
    clock = Time()
    waited = came_through(turns_of(clock), clock, CARRIER, [(0.0, f"v{number}") for number in range(2_000)])
    assert len(waited) == 2_000
    assert sum(wait <= DEFAULTS["web_wait_s"] for wait in waited.values()) == 400
    assert max(waited.values()) <= 172


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3_000), st.integers(1, 60))
def test_an_address_that_hammers_does_not_slow_another_address(hammering: int, honest: int) -> None:
    clock = Time()
    turns = turns_of(clock)
    for number in range(hammering):
        try:
            turns.reserve("198.51.100.66", f"robot {number}", "form")
        except TooMany:
            continue
    waited = came_through(turns, clock, CARRIER, [(0.0, f"v{number}") for number in range(honest)])
    assert set(waited.values()) == {0.0}


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5_000))
def test_a_browser_that_hammers_takes_few_turns_of_its_neighbours_behind_one_address(hammering: int) -> None:
    clock = Time()
    turns = turns_of(clock)
    for number in range(hammering):
        try:
            turns.reserve(CARRIER, "robot", f"form {number}")
        except TooMany:
            continue
    waited = came_through(turns, clock, CARRIER, [(0.0, f"v{number}") for number in range(300)])
    # The robot gets its burst of 20 and the two tokens that it may wait for; a token comes every tenth of a second.
    assert max(waited.values()) <= 2.3


def test_a_place_in_the_queue_is_kept_at_every_replica_and_belongs_to_one_form() -> None:
    clock = Time()
    first, second = turns_of(clock, web_burst=1, web_rate=1), turns_of(clock, web_burst=1, web_rate=1)
    first.reserve(CARRIER, "a", "form a")
    with pytest.raises(Queued) as caught:
        first.reserve(CARRIER, "b", "form b")
    queued = caught.value
    assert (queued.place, queued.retry_after) == (1, 60)
    assert queued.words == "Anda di urutan ke-1 dalam antrean; giliran Anda kira-kira 1 menit lagi."
    clock.now += 55
    assert second.reserve(CARRIER, "b", "form b", queued.turn) == pytest.approx(5, abs=0.01)
    second.reserve(CARRIER, "c", "form c")
    with pytest.raises(Queued):
        second.reserve(CARRIER, "d", "form d", queued.turn)


def test_a_queue_longer_than_its_bound_refuses_and_says_when_to_come_back() -> None:
    clock = Time()
    turns = turns_of(clock, web_burst=1, web_rate=60, web_wait_s=0, web_queue_s=3)
    turns.reserve(CARRIER, "a", "form a")
    for number in range(3):
        with pytest.raises(Queued):
            turns.reserve(CARRIER, f"b{number}", f"form {number}")
    with pytest.raises(TooMany) as caught:
        turns.reserve(CARRIER, "c", "form c")
    assert not isinstance(caught.value, Queued)
    assert caught.value.retry_after == 1
