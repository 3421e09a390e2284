"""Whatever order and however often events are delivered: each is folded once, in order, and nothing waits in the end."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.ids import new_id
from tests.support.steps import stepping
from tests.support.toys import World


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    own = asyncio.new_event_loop()
    yield own
    own.close()


def deliveries(keys: int, last: int) -> st.SearchStrategy[list[list[tuple[int, int]]]]:
    """Batches of (key, sequence): everything at least once, shuffled, some of it again, cut anywhere."""
    every = [(key, sequence) for key in range(keys) for sequence in range(1, last + 1)]
    some_again = st.lists(st.sampled_from(every), max_size=12)
    shuffled = some_again.flatmap(lambda again: st.permutations([*every, *again]))
    return shuffled.flatmap(
        lambda order: st.lists(st.integers(1, 6), min_size=len(order), max_size=len(order)).map(
            lambda cuts: cut(order, cuts)
        )
    )


def cut(order: list[tuple[int, int]], cuts: list[int]) -> list[list[tuple[int, int]]]:
    batches, at = [], 0
    for size in cuts:
        if at >= len(order):
            break
        batches.append(order[at : at + size])
        at += size
    return batches


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=deliveries(keys=2, last=5), erring=st.booleans())
def test_any_delivery_ends_in_the_same_order(
    quiet: World, loop: Any, batches: list[list[tuple[int, int]]], erring: bool
) -> None:
    loop.run_until_complete(_deliver(quiet, batches, erring=erring))


async def _deliver(quiet: World, batches: list[list[tuple[int, int]]], *, erring: bool) -> None:
    keys: list[UUID] = [new_id() for _ in range(2)]
    async with stepping(quiet) as steps:
        for number, batch in enumerate(batches):
            works = [steps.said(keys[key], sequence, str(sequence)) for key, sequence in batch]
            if erring and number % 3 == 0:
                works.append(steps.command(new_id(), "\x00"))
            await steps.run(*works)
        for key in keys:
            assert await steps.texts(key) == ["1", "2", "3", "4", "5"]
            assert [sequence for sequence, _ in await steps.events(key)] == [1, 2, 3, 4, 5]
            assert await steps.parked(key) == []
