"""The live streams of a process: their bounds, and what wakes them."""

import asyncio

import pytest

from services.intake.actions.watching import Watch, Watchers
from services.intake.settings import IntakeSettings
from shared.errors import TooMany
from shared.ids import new_id


def test_streams_are_bounded_in_all_and_for_one_address() -> None:
    watchers = Watchers(total=3, per_address=2)
    first = [watchers.open("10.0.0.1") for _ in range(2)]
    with pytest.raises(TooMany) as refused:
        watchers.open("10.0.0.1")
    assert refused.value.retry_after == 60
    watchers.open("10.0.0.2")
    with pytest.raises(TooMany):
        watchers.open("10.0.0.3")
    assert len(watchers) == 3
    watchers.leave(first[0])
    watchers.open("10.0.0.1")
    assert len(watchers) == 3


def test_streams_leave_half_of_the_connections_to_everybody_else() -> None:
    given = {"dsn": "x", "secret": "ab" * 32}
    assert IntakeSettings.model_validate(given).live_bound == 500
    assert IntakeSettings.model_validate(given | {"connections": 100}).live_bound == 50


async def test_only_a_newer_version_wakes_a_stream_and_wakes_it_once() -> None:
    watch = Watch("10.0.0.1")
    watch.follow(new_id(), 5)
    for version in (4, 5):
        watch.see(version)
    assert not await watch.woken(0.01)
    watch.see(6)
    assert await watch.woken(0.01)
    assert not await watch.woken(0.01)


async def test_closing_wakes_all_streams_and_admits_no_more() -> None:
    watchers = Watchers(total=10, per_address=10)
    waiting = [asyncio.create_task(watchers.open("10.0.0.1").woken(30)) for _ in range(5)]
    await asyncio.sleep(0)
    watchers.close()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 1) == [True] * 5
    with pytest.raises(TooMany):
        watchers.open("10.0.0.1")
