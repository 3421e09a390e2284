"""The connection breaks between COMMIT and its answer: what was carried out is not carried out again, nor denied."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import pytest

from shared.errors import Unavailable, Unsure
from shared.ids import new_id
from shared.pipeline import Attempt, Claim, Command
from shared.pipeline.receipts import KEPT_S, forget
from shared.runtime.running import Running, running
from tests.support.cutting import CuttingProxy, Moment, cutting
from tests.support.steps import Steps
from tests.support.toys import Say, Toy, World, fresh_key, until
from tests.support.waits import quiet_outbox

MOMENTS: list[Moment] = ["answered", "sent", "unsent"]


@dataclass
class Behind:
    """A toy intake that reaches Postgres through the proxy."""

    live: Running[Toy]
    proxy: CuttingProxy
    world: World

    async def say(self, key: object, text: str, claim: Claim | None = None) -> Attempt:
        return await self.live.do(Say(text), keys=(key,), actor="citizen", claim=claim)  # type: ignore[arg-type]


@pytest.fixture
async def behind(quiet: World) -> AsyncIterator[Behind]:
    async with cutting(quiet.database.dsn("intake")) as (proxy, dsn), running(quiet.service("intake", dsn=dsn)) as live:
        yield Behind(live, proxy, quiet)


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_command_whose_commit_is_cut_is_carried_out_once(behind: Behind, moment: Moment) -> None:
    key = fresh_key()
    await behind.say(key, "nol")
    behind.proxy.cut(moment)
    done = await behind.say(key, "satu")
    assert behind.proxy.cuts == 1
    assert not done.repeat
    assert await behind.world.texts(key, "intake") == ["nol", "satu"]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_first_command_of_a_complaint_is_carried_out_once(behind: Behind, moment: Moment) -> None:
    key = fresh_key()
    await behind.say(fresh_key(), "lain")
    behind.proxy.cut(moment)
    await behind.say(key, "satu")
    assert await behind.world.texts(key, "intake") == ["satu"]


async def test_three_cuts_one_after_the_other_change_nothing(behind: Behind) -> None:
    key = fresh_key()
    await behind.say(key, "nol")
    behind.proxy.cut(times=3)
    await behind.say(key, "satu")
    assert behind.proxy.cuts == 3
    assert await behind.world.texts(key, "intake") == ["nol", "satu"]


async def test_a_batch_of_new_and_old_complaints_is_carried_out_once_each(behind: Behind) -> None:
    old = [fresh_key() for _ in range(20)]
    await asyncio.gather(*(behind.say(key, "nol") for key in old))
    keys = [*old, *(fresh_key() for _ in range(20))]
    behind.proxy.cut(times=2)
    answers = await behind.live.do_many([Command(Say("satu"), (key,), "citizen") for key in keys])
    assert all(isinstance(answer, Attempt) and not answer.repeat for answer in answers)
    assert [await behind.world.texts(key, "intake") for key in keys] == [["nol", "satu"]] * 20 + [["satu"]] * 20


async def test_a_callers_own_claim_is_answered_as_the_first_try_would_have_been(behind: Behind) -> None:
    """Not as a repeat: the caller has asked once."""
    await behind.say(fresh_key(), "nol")
    key, claim = fresh_key(), Claim("web", "a", "d", {"ticket": "KT-1"})
    behind.proxy.cut()
    first = await behind.say(key, "satu", claim)
    again = await behind.say(key, "satu", claim)
    assert (first.repeat, again.repeat, again.answer) == (False, True, {"ticket": "KT-1"})
    assert await behind.world.texts(key, "intake") == ["satu"]


async def test_a_repeat_in_the_same_batch_stays_a_repeat(behind: Behind) -> None:
    await behind.say(fresh_key(), "nol")
    keys, claim = (fresh_key(), fresh_key()), Claim("web", "a", "d", {"ticket": "KT-1"})
    behind.proxy.cut()
    answers = await behind.live.do_many([Command(Say("satu"), (key,), "citizen", claim) for key in keys])
    assert [isinstance(answer, Attempt) and answer.repeat for answer in answers] == [False, True]
    assert [await behind.world.texts(key, "intake") for key in keys] == [["satu"], []]


async def test_what_was_refused_in_the_cut_transaction_is_refused_still(behind: Behind) -> None:
    await behind.say(fresh_key(), "nol")
    behind.proxy.cut()
    key = fresh_key()
    large, small = await behind.live.do_many([Command(Say(text), (key,), "citizen") for text in ("large", "satu")])
    assert (type(large).__name__, type(small).__name__) == ("TooLarge", "Attempt")
    assert await behind.world.texts(key, "intake") == ["satu"]


async def test_who_gives_up_on_an_unanswered_commit_does_not_say_that_nothing_was_taken(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.inputs.commands.PATIENCE_S", 0.0)
    key = fresh_key()
    await behind.say(key, "nol")
    behind.proxy.cut()
    await asyncio.sleep(0.01)
    with pytest.raises(Unsure) as told:
        await behind.say(key, "satu")
    assert isinstance(told.value, Unavailable)
    assert "may have been taken" in told.value.title
    assert await behind.world.texts(key, "intake") == ["nol", "satu"]


async def test_who_calls_again_after_that_names_the_call_and_it_is_not_carried_out_twice(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.inputs.commands.PATIENCE_S", 0.0)
    keys = fresh_key(), fresh_key()
    await behind.say(keys[0], "nol")
    for key, moment, texts in ((keys[0], "answered", ["nol", "satu"]), (keys[1], "unsent", ["satu"])):
        behind.proxy.cut(cast("Moment", moment))
        with pytest.raises(Unsure) as told:
            await behind.say(key, "satu")
        await behind.live.do(Say("satu"), keys=(key,), actor="citizen", again=told.value.call)
        assert await behind.world.texts(key, "intake") == texts


async def test_records_and_timers_whose_commit_is_cut_are_folded_once(quiet: World) -> None:
    """Recognise each repeat: by its sequence, the update's identity, or the time on the row."""
    async with cutting(quiet.database.dsn("router")) as (proxy, dsn), running(quiet.service("router", dsn=dsn)) as live:
        steps = Steps(live, quiet)
        keys = [fresh_key() for _ in range(3)]
        await steps.run(steps.said(keys[0], 1, "due"))
        later = datetime(2126, 1, 1, tzinfo=UTC)
        works = [
            steps.said(keys[0], 2, "dua"),
            steps.said(keys[1], 1, "satu"),
            steps.update(keys[2], "u1", "kerja"),
            steps.tick(keys[0], later),
        ]
        proxy.cut()
        with pytest.raises(Exception, match="connection"):
            await steps.run(*works)
        assert await steps.run(*works) == ["repeat"] * 4
        assert [await steps.texts(key) for key in keys] == [["due", "dua"], ["satu"], ["opd: kerja"]]
        [row] = await steps.rows("SELECT data->>'ticks' AS ticks FROM state WHERE key = $1", keys[0])
        assert row["ticks"] == "1"
        assert await steps.rows("SELECT FROM receipts") == []


async def test_a_relay_whose_delete_is_cut_loses_nothing_and_repeats_in_order(world: World) -> None:
    key = fresh_key()
    async with cutting(world.database.dsn("intake")) as (proxy, dsn), world.router(), world.intake(dsn=dsn) as intake:
        await intake.do(Say("0"), keys=(key,), actor="citizen")
        await quiet_outbox(world, "intake")
        for number in range(1, 6):
            proxy.cut(tag="DELETE 1")
            await intake.do(Say(str(number)), keys=(key,), actor="citizen")
            await quiet_outbox(world, "intake")

        async def read() -> bool:
            return await world.texts(key) == [str(number) for number in range(6)]

        await until(read, "everything is read once, in order")
        assert proxy.cuts >= 1


async def test_receipts_are_kept_for_an_hour_and_then_taken_out(intake: Steps) -> None:
    await intake.run(intake.command(fresh_key(), "baru"))
    old = [new_id().int - (int((KEPT_S + 60) * 1000) << 80) for _ in range(5_000)]
    connection_sql = "INSERT INTO receipts (id, answer) SELECT unnest($1::uuid[]), '{}'"
    await intake.rows(connection_sql, [UUID(int=number) for number in old])
    task = asyncio.create_task(forget(intake.live.pool))
    try:

        async def gone() -> bool:
            return len(await intake.rows("SELECT FROM receipts")) == 1

        await until(gone, "the old ones are taken out, the fresh one stays")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
