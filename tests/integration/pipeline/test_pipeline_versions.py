"""Two versions of the code on the same rows at once: what the newer one remembers survives the older one."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from shared.errors import NewerState
from shared.runtime.jobs import retry_newer_once
from shared.runtime.running import running
from tests.support.steps import Steps
from tests.support.toys import Say, World, fresh_key
from tests.support.versions import Fill, NewToy, filled, new_service, old_service

LATER = datetime(2126, 1, 1, tzinfo=UTC)


@dataclass
class Both:
    """A replica of each version on one database."""

    old: Steps
    new: Steps

    async def fill(self, key: UUID, mood: str = "sibuk") -> None:
        await self.new.live.do(Fill(mood), keys=(key,), actor="x")

    async def state(self, key: UUID) -> NewToy:
        [row] = await self.new.rows("SELECT data FROM state WHERE key = $1", key)
        return NewToy.model_validate_json(row["data"])

    async def raw(self, key: UUID) -> Any:
        [row] = await self.new.rows("SELECT data FROM state WHERE key = $1", key)
        return json.loads(row["data"])


@pytest.fixture
async def both(quiet: World) -> AsyncIterator[Both]:
    async with running(old_service(quiet)) as old, running(new_service(quiet)) as new:
        yield Both(Steps(old, quiet), Steps(new, quiet))


async def test_what_the_newer_code_remembers_survives_the_older_code_at_every_level(both: Both) -> None:
    key = fresh_key()
    await both.fill(key)
    await both.old.live.do(Say("lama"), keys=(key,), actor="x")
    found, before = await both.state(key), filled()
    assert (found.stars, found.history, found.files, found.texts) == (4, before.history, before.files, ("lama",))
    assert [note.by for note in found.notes] == ["petugas", "lain"]
    assert {note.seen for note in (*found.notes, found.named["a"], found.last) if note} == {1}
    assert {str(note.more) for note in (*found.notes, found.named["a"], found.last) if note} == {
        str(before.history[0].more)
    }


async def test_the_versions_take_turns_on_many_rows_and_nothing_is_lost(both: Both) -> None:
    keys = [fresh_key() for _ in range(10)]
    await asyncio.gather(*(both.fill(key) for key in keys))
    turns = [
        (steps, key, f"{name} {n}")
        for n in range(10)
        for key in keys
        for name, steps in (("o", both.old), ("n", both.new))
    ]
    await asyncio.gather(*(steps.live.do(Say(text), keys=(key,), actor="x") for steps, key, text in turns))
    for key in keys:
        found = await both.state(key)
        assert sorted(found.texts) == sorted(text for _, one, text in turns if one == key)
        assert (found.stars, found.files, found.history) == (4, filled().files, filled().history)
        assert [(note.by, note.seen) for note in found.notes] == [("petugas", 20), ("lain", 20)]


async def test_a_row_that_the_older_code_makes_is_read_by_the_newer(both: Both) -> None:
    key = fresh_key()
    await both.old.live.do(Say("lama"), keys=(key,), actor="x")
    await both.new.live.do(Say("baru"), keys=(key,), actor="x")
    found = await both.state(key)
    assert (found.texts, found.stars, found.history) == (("lama", "baru"), None, ())


async def test_a_value_that_the_older_code_does_not_know_is_a_passing_refusal_and_the_row_is_left_alone(
    both: Both,
) -> None:
    key, neighbour = fresh_key(), fresh_key()
    await both.fill(key, "panik")
    before = await both.raw(key)
    with pytest.raises(NewerState) as told:
        await both.old.live.do(Say("lama"), keys=(key,), actor="x")
    assert (told.value.status, told.value.code) == (503, "newer_state")
    await both.old.live.do(Say("lama"), keys=(neighbour,), actor="x")
    assert await both.raw(key) == before
    await both.new.live.do(Say("baru"), keys=(key,), actor="x")
    assert (await both.state(key)).texts == ("baru",)


async def test_records_for_such_a_row_wait_and_are_folded_by_themselves_once_a_replica_can_read_it(both: Both) -> None:
    key, neighbour = fresh_key(), fresh_key()
    await both.fill(key, "panik")
    works = [both.old.said(key, 1, "satu"), both.old.said(key, 2, "dua"), both.old.said(neighbour, 1, "satu")]
    assert await both.old.run(*works) == ["parked", "gap", "folded"]
    await retry_newer_once(both.old.live)
    assert [sequence for sequence, _ in await both.new.parked(key)] == [1, 2]
    await retry_newer_once(both.new.live)
    assert await both.new.parked(key) == []
    found = await both.state(key)
    assert (found.texts, found.mood, found.stars) == (("satu", "dua"), "panik", 4)
    assert await both.new.run(both.new.said(key, 3, "tiga")) == ["folded"]


async def test_a_timer_of_such_a_row_is_put_off_for_a_minute_and_the_row_is_left_alone(both: Both) -> None:
    key = fresh_key()
    await both.fill(key, "panik")
    before = await both.raw(key)
    await both.old.run(both.old.tick(key, LATER))
    [row] = await both.new.rows("SELECT due_at - now() < interval '2 minutes' AS soon FROM state WHERE key = $1", key)
    assert row["soon"]
    assert await both.raw(key) == before
    await both.new.run(both.new.tick(key, LATER))
    assert (await both.state(key)).ticks == 1


async def test_an_erasure_by_the_older_code_leaves_nothing_of_what_the_newer_remembered(both: Both) -> None:
    key = fresh_key()
    await both.fill(key)
    await both.old.run(both.old.record("complaint.submissions.v1", key, b"{}", [*_erased(key)]))
    raw = await both.raw(key)
    assert "stars" not in raw
    assert "petugas" not in json.dumps(raw)


def _erased(key: UUID) -> Any:
    from tests.support.raw import said

    return said(key, 1, ce_type=b"submission.erased")
