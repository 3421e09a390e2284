"""Look-ups that wait for the same statement share it."""

import asyncio
from collections.abc import Sequence

import pytest

from services.intake.actions.together import MOST, Together


class Table:
    """A table that answers when told, and counts its statements."""

    def __init__(self) -> None:
        self.asked: list[set[int]] = []
        self.open = asyncio.Event()
        self.failure: Exception | None = None

    async def find(self, keys: Sequence[int]) -> dict[int, str]:
        self.asked.append(set(keys))
        await self.open.wait()
        if self.failure is not None:
            raise self.failure
        return {key: str(key) for key in keys if key >= 0}


async def test_callers_that_wait_share_the_next_statement() -> None:
    table = Table()
    together = Together(table.find)
    first = asyncio.create_task(together.find([1]))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    later = [asyncio.create_task(together.find([key])) for key in (2, 3, -4)]
    await asyncio.sleep(0)
    table.open.set()
    assert (await first)[1] == "1"
    found = await asyncio.gather(*later)
    assert (found[0][2], found[1][3], -4 in found[2]) == ("2", "3", False)
    assert table.asked == [{1}, {2, 3, -4}]


async def test_a_statement_has_a_bound() -> None:
    table = Table()
    table.open.set()
    together = Together(table.find)
    found = await asyncio.gather(*(together.find([key]) for key in range(MOST + 1)))
    assert [found[key][key] for key in (0, MOST)] == ["0", str(MOST)]
    assert [len(asked) for asked in table.asked] == [MOST, 1]


async def test_a_failure_reaches_every_caller_and_no_later_one() -> None:
    table = Table()
    table.open.set()
    table.failure = TimeoutError("away")
    together = Together(table.find)
    answers = await asyncio.gather(*(together.find([key]) for key in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [TimeoutError] * 3
    table.failure = None
    assert (await together.find([7]))[7] == "7"


async def test_a_caller_that_gives_up_leaves_the_others_their_answer() -> None:
    table = Table()
    together = Together(table.find)
    gone, stays = asyncio.create_task(together.find([1])), asyncio.create_task(together.find([2]))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    table.open.set()
    assert (await stays)[2] == "2"
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_no_keys_need_no_statement() -> None:
    table = Table()
    assert (await Together(table.find).find([]), table.asked) == ({}, [])
