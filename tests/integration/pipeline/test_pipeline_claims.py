"""Identities that callers bring: a repeat finds the first answer and never fails its neighbours."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest

from shared.errors import ClaimConflict, TooLarge
from shared.pipeline import Attempt, Claim, Command, Item
from shared.pipeline.step import Batch
from tests.support.steps import Steps, stepping
from tests.support.toys import Say, World, fresh_key


def claim(token: str, digest: str = "d", ticket: str = "KT-1") -> Claim:
    return Claim("web", token, digest, {"ticket": ticket})


async def test_the_same_claim_again_gets_the_first_answer_and_folds_nothing(intake: Steps) -> None:
    key, other = fresh_key(), fresh_key()
    first = await intake.live.do(Say("satu"), keys=(key,), actor="citizen", claim=claim("a"))
    again = await intake.live.do(Say("satu"), keys=(other,), actor="citizen", claim=claim("a", ticket="KT-2"))
    assert (first.repeat, again.repeat, again.answer) == (False, True, {"ticket": "KT-1"})
    assert await intake.texts(other) == []


async def test_the_same_token_with_another_content_is_a_conflict(intake: Steps) -> None:
    await intake.live.do(Say("satu"), keys=(fresh_key(),), actor="citizen", claim=claim("a"))
    with pytest.raises(ClaimConflict):
        await intake.live.do(Say("dua"), keys=(fresh_key(),), actor="citizen", claim=claim("a", digest="e"))


async def test_two_of_one_batch_with_the_same_claim_are_one(intake: Steps) -> None:
    key, other = fresh_key(), fresh_key()
    both = [intake.command(key, "satu", claim("a")), intake.command(other, "satu", claim("a"))]
    neighbour = intake.command(fresh_key(), "lain")
    attempts = await intake.attempts(*both, neighbour)
    assert [attempt.outcome for attempt in attempts] == ["folded", "repeat", "folded"]
    assert attempts[1].answer == {"ticket": "KT-1"}


async def test_what_was_refused_claims_nothing_and_its_repeat_in_the_batch_is_refused_alike(intake: Steps) -> None:
    key = fresh_key()
    both = [intake.command(key, "large", claim("a")) for _ in range(2)]
    attempts = await intake.attempts(*both)
    assert [attempt.outcome for attempt in attempts] == ["refused", "refused"]
    assert all(isinstance(attempt.refusal, TooLarge) for attempt in attempts)
    assert await intake.run(intake.command(key, "satu", claim("a"))) == ["folded"]


async def test_two_replicas_with_the_same_claim_at_once_fold_it_once(quiet: World) -> None:
    keys = [(fresh_key(), fresh_key()) for _ in range(50)]
    async with stepping(quiet, "intake") as one, stepping(quiet, "intake") as two:

        def commands(place: int) -> list[Command]:
            return [
                Command(Say("satu"), (pair[place],), "citizen", claim(f"t{number}", ticket=str(pair[place])))
                for number, pair in enumerate(keys)
            ]

        first, second = await asyncio.gather(
            one.live.do_many(commands(0)), two.live.do_many(list(reversed(commands(1))))
        )
        assert len(await one.rows("SELECT FROM events")) == len(keys)
        done = [answer for answer in (*first, *second) if isinstance(answer, Attempt)]
        assert len(done) == 2 * len(keys)
        assert sum(answer.repeat for answer in done) == len(keys)


async def test_a_token_is_kept_as_a_keyed_hash_only(intake: Steps) -> None:
    await intake.run(intake.command(fresh_key(), "satu", claim("628000000123")))
    [row] = await intake.rows("SELECT token FROM claims")
    assert "628000000123" not in row["token"]


async def test_an_event_too_large_is_refused_to_its_caller_alone(intake: Steps) -> None:
    large, small = intake.command(fresh_key(), "large"), intake.command(fresh_key(), "satu")
    refused, folded = await intake.attempts(large, small)
    assert (refused.outcome, folded.outcome) == ("refused", "folded")
    assert isinstance(refused.refusal, TooLarge)
    assert refused.refusal.status == 413


async def test_data_that_postgres_refuses_is_refused_to_its_caller_alone(intake: Steps) -> None:
    bad, good = fresh_key(), [fresh_key() for _ in range(5)]
    works = [intake.command(key, "satu") for key in good]
    works.insert(2, intake.command(bad, "du\x00a"))
    attempts = await intake.attempts(*works)
    outcomes = [attempt.outcome for attempt in attempts]
    assert outcomes == ["folded", "folded", "refused", "folded", "folded", "folded"]
    assert attempts[2].refusal is not None
    assert attempts[2].refusal.status == 422


async def test_commands_that_were_committed_before_their_neighbour_failed_are_not_folded_again(intake: Steps) -> None:
    """A batch is split at a culprit; Postgres goes away between the halves; the batch is tried again."""
    keys = [fresh_key() for _ in range(4)]
    works = [intake.command(key, "satu") for key in keys[:2]] + [
        intake.command(keys[2], "\x00"),
        intake.command(keys[3], "satu"),
    ]
    step, calls, batch = intake.live.step, 0, Batch(works)
    attempt = step._try

    async def flaky(batch: Batch, places: Sequence[int], limit: int | None = None) -> int:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ConnectionError
        return await attempt(batch, places, limit)

    step._try = flaky  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        await step.run(batch)
    assert batch.left == [2, 3]
    await step.run(batch)
    assert [one.outcome for one in batch.committed] == ["folded", "folded", "refused", "folded"]
    assert [await intake.texts(key) for key in keys] == [["satu"], ["satu"], [], ["satu"]]


async def test_many_commands_each_get_their_own_answer(intake: Steps) -> None:
    commands = [Command(Say("large" if n == 1 else "satu"), (UUID(int=n + 1),), "citizen") for n in range(3)]
    assert [type(answer) for answer in await intake.live.do_many(commands)] == [Attempt, TooLarge, Attempt]


async def test_an_update_delivered_again_is_folded_once(router: Steps) -> None:
    key = fresh_key()
    assert await router.run(router.update(key, "u1", "kerja"), router.update(key, "u1", "kerja")) == [
        "folded",
        "repeat",
    ]
    assert await router.run(router.update(key, "u1", "kerja")) == ["repeat"]
    assert await router.texts(key) == ["opd: kerja"]


async def test_an_unreadable_update_delivered_again_is_answered_once_and_its_id_stays_free(router: Steps) -> None:
    key = fresh_key()
    for _ in range(2):
        await router.run(
            router.record("opd.dishub.updates.v1", key, b"{}", [("ce_id", b"u1"), ("ce_type", b"update.progressed")], 5)
        )
    assert [type_ for _, type_ in await router.events(key)] == ["reply.refused"]
    assert await router.run(router.update(key, "u1", "kerja")) == ["folded"]


async def test_an_update_that_postgres_refuses_is_answered_and_blocks_nothing(router: Steps) -> None:
    key = fresh_key()
    work = router.update(key, "u1", "kerja")
    assert isinstance(work, Item)
    work.data.__dict__["text"] = "ker\x00ja"
    assert await router.run(work, router.update(key, "u2", "lagi")) == ["parked", "folded"]
    assert [type_ for _, type_ in await router.events(key)] == ["reply.refused"]
    assert await router.texts(key) == ["opd: lagi"]
