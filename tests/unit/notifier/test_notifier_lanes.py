"""Each channel has its own slots and rate."""

import pytest

from services.notifier.sending.limits import Lane, one_second
from services.notifier.texts import approved_names, text_book
from shared.buckets import Bucket


class Wall:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("rate", "at_once"), [(40, 40), (2.5, 2), (1, 1), (0.1, 1)])
def test_a_channel_saves_up_one_second_of_its_rate_and_at_least_one_message(rate: float, at_once: int) -> None:
    assert one_second(rate).left() == at_once


def test_a_lane_has_the_smaller_of_free_slots_and_rate() -> None:
    lane = Lane(4, Bucket(2, 2, Wall()))
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
