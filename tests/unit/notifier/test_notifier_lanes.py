"""Each channel has its own slots and rate."""

import pytest

from services.notifier.sending.limits import Bucket, Lane
from services.notifier.texts import approved_names, text_book


class Wall:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_rate_and_saves_up_one_second() -> None:
    wall = Wall()
    bucket = Bucket(40, wall)
    bucket.take(40)
    assert bucket.left() == 0
    wall.now = 0.5
    assert bucket.left() == 20
    wall.now = 60
    assert bucket.left() == 40


@pytest.mark.parametrize("rate", [0.5, 0.1, 0.99])
def test_a_rate_below_one_a_second_still_lets_a_message_go(rate: float) -> None:
    wall = Wall()
    bucket = Bucket(rate, wall)
    assert bucket.left() == 1
    bucket.take()
    wall.now = 1.01 / rate
    assert bucket.left() == 1


def test_a_lane_has_the_smaller_of_free_slots_and_rate() -> None:
    lane = Lane(4, Bucket(2, Wall()))
    lane.begin()
    assert lane.room() == 1
    assert Lane(4).room() == 4


def test_a_slot_is_free_again_once_its_message_has_ended() -> None:
    lane = Lane(1)
    lane.begin()
    assert lane.room() == 0
    lane.end()
    assert lane.room() == 1


def test_the_approved_templates_are_those_of_the_book() -> None:
    assert {
        "tanggap_aduan_diterima",
        text_book()["several"]["citizen"]["name"],
        text_book()["approved"]["staff"]["name"],
    } <= approved_names()
    assert all(name.startswith("tanggap_") for name in approved_names())
