"""The operator's handling of parked records: list, show, retry, discard."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import pytest
from typer.testing import CliRunner

from shared.cli import service_cli
from shared.errors import Invalid, NotFound
from shared.pipeline import Change, Item
from shared.pipeline.service import Service
from tests.support.raw import progress
from tests.support.steps import Steps, stepping
from tests.support.toys import Toy, World, fresh_key, router_fold
from tests.support.web import app_of


def mended(service: Service[Toy]) -> Service[Toy]:
    """The same service after the fix: the rule does not raise any more."""

    def fold(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
        try:
            return router_fold(states, item, now)
        except ValueError:
            toy = states[item.key] or Toy()
            return Change({item.key: toy.model_copy(update={"texts": (*toy.texts, "mended")})})

    object.__setattr__(service, "fold", fold)
    return service


async def parked_in_order(steps: Steps, key: UUID) -> None:
    works = [steps.said(key, n, text) for n, text in enumerate(("satu", "raise", "tiga", "empat"), 1)]
    assert await steps.run(*works) == ["folded", "parked", "gap", "gap"]


async def test_the_list_tells_why_and_shows_no_content(router: Steps) -> None:
    key = fresh_key()
    await parked_in_order(router, key)
    rows = await router.parking.listed()
    assert [(row["sequence"], row["reason"]) for row in rows] == [(2, "fold"), (3, "gap"), (4, "gap")]
    assert rows[0]["detail"] == "ValueError in tests.support.toys.router_fold:" + rows[0]["detail"].rpartition(":")[2]
    shown = await router.parking.shown(rows[1]["id"])
    assert shown["headers"]["ce_type"] == "submission.citizen_replied"
    assert "tiga" not in str(shown) + str(rows)


async def test_a_retry_without_a_fix_leaves_everything_as_it_was(router: Steps) -> None:
    key = fresh_key()
    await parked_in_order(router, key)
    assert await router.parking.retry(None) == {"tried": 3, "folded": 0, "left": 3}
    assert await router.texts(key) == ["satu"]


async def test_a_retry_after_the_fix_folds_all_in_order(router: Steps) -> None:
    key = fresh_key()
    await parked_in_order(router, key)
    mended(router.live.service)
    assert await router.parking.retry(None) == {"tried": 3, "folded": 3, "left": 0}
    assert await router.texts(key) == ["satu", "mended", "tiga", "empat"]
    assert await router.parked(key) == []


async def test_an_update_that_becomes_readable_is_not_lost_when_its_rule_fails_at_the_first_retry(
    router: Steps,
) -> None:
    key = fresh_key()
    await router.run(router.record_unreadable(key))
    await router.rows("UPDATE parked SET body = $2 WHERE key = $1", key, progress("raise"))
    assert await router.parking.retry(None) == {"tried": 1, "folded": 0, "left": 1}
    assert await router.parked(key) == [(None, "fold")]
    mended(router.live.service)
    assert await router.parking.retry(None) == {"tried": 1, "folded": 1, "left": 0}
    assert await router.texts(key) == ["mended"]


async def test_after_the_fix_a_later_event_alone_releases_nothing_out_of_order(router: Steps) -> None:
    key = fresh_key()
    await parked_in_order(router, key)
    mended(router.live.service)
    assert await router.run(router.said(key, 5, "lima")) == ["gap"]
    assert await router.texts(key) == ["satu"]
    [first, *_] = await router.parking.listed()
    assert await router.parking.retry(first["id"]) == {"tried": 1, "folded": 1, "left": 0}
    assert await router.texts(key) == ["satu", "mended", "tiga", "empat", "lima"]


async def test_a_discarded_one_counts_as_read_and_stays_with_who_and_why(router: Steps) -> None:
    key = fresh_key()
    await parked_in_order(router, key)
    [first, *_] = await router.parking.listed()
    await router.parking.discard(first["id"], "ops", "rusak")
    assert await router.texts(key) == ["satu", "tiga", "empat"]
    assert await router.parked(key) == []
    [row] = await router.rows("SELECT discarded_by, discarded_why, body FROM parked")
    assert tuple(row) == ("ops", "rusak", None)
    assert await router.run(router.said(key, 5, "lima")) == ["folded"]


async def test_one_behind_a_gap_cannot_be_discarded_because_the_missing_one_would_go_with_it(router: Steps) -> None:
    key = fresh_key()
    await router.run(router.said(key, 1, "satu"), router.said(key, 3, "tiga"))
    [row] = await router.parking.listed()
    with pytest.raises(Invalid, match="sequence 2"):
        await router.parking.discard(row["id"], "ops", "ungeduldig")
    assert await router.parked(key) == [(3, "gap")]


async def test_unreadable_records_of_one_opd_are_discarded_together_and_nothing_else_is(router: Steps) -> None:
    key = fresh_key()
    await parked_in_order(router, key)
    await router.rows(
        'INSERT INTO parked (topic, partition, "offset", appended_at, headers, reason, detail)'
        " SELECT topic, 0, number, now(), '[]', 'undecodable', 'x' FROM generate_series(1, 30) AS number,"
        " unnest(ARRAY['opd.dishub.updates.v1', 'opd.dinkes.updates.v1']) AS topic"
    )
    assert len(await router.parking.listed(7)) == 7
    told = await router.parking.discard_unreadable("opd.dishub.updates.v1", "ops", "klien rusak")
    assert told == {"discarded": 30}
    left = await router.parking.listed()
    assert {row["topic"] for row in left if row["reason"] == "undecodable"} == {"opd.dinkes.updates.v1"}
    assert len(await router.parked(key)) == 3
    assert await router.parking.discard_unreadable("complaint.submissions.v1", "ops", "tidak") == {"discarded": 0}


async def test_a_row_that_is_not_there_is_said_so(router: Steps) -> None:
    with pytest.raises(NotFound):
        await router.parking.retry(4711)
    with pytest.raises(NotFound):
        await router.parking.discard(4711, "ops", "nihil")


async def test_what_postgres_refuses_behind_a_gap_does_not_blame_the_one_that_fills_it(router: Steps) -> None:
    key = fresh_key()
    waiting = [router.said(key, n, text) for n, text in ((2, "dua"), (3, "ti\x00ga"), (4, "empat"))]
    assert await router.run(*waiting) == ["gap", "gap", "gap"]
    filler, neighbour = router.said(key, 1, "satu"), router.said(fresh_key(), 1, "tetangga")
    assert await router.run(filler, neighbour) == ["folded", "folded"]
    assert await router.texts(key) == ["satu", "dua"]
    assert await router.parked(key) == [(3, "data"), (4, "gap")]


async def test_updates_wait_behind_a_failed_one_and_are_retried_in_order(router: Steps) -> None:
    key = fresh_key()
    works = [router.update(key, f"u{n}", text) for n, text in enumerate(("raise", "dua", "tiga"))]
    assert await router.run(*works) == ["parked", "parked", "parked"]
    mended(router.live.service)
    await router.parking.retry(None)
    assert await router.texts(key) == ["mended", "opd: dua", "opd: tiga"]
    assert await router.run(router.update(key, "u0", "raise")) == ["repeat"]


async def test_a_state_that_the_code_cannot_read_parks_its_records_and_is_kept_as_it_is(router: Steps) -> None:
    key, other = fresh_key(), fresh_key()
    await router.run(router.said(key, 1, "satu"))
    await router.rows("UPDATE state SET data = '{\"texts\": 7}' WHERE key = $1", key)
    assert await router.run(router.said(key, 2, "dua"), router.said(other, 1, "satu")) == ["parked", "folded"]
    [row] = await router.rows("SELECT data, waiting FROM state WHERE key = $1", key)
    assert (row["data"], row["waiting"]) == ('{"texts": 7}', True)
    await router.rows('UPDATE state SET data = \'{"texts": ["satu"]}\' WHERE key = $1', key)
    assert await router.parking.retry(None) == {"tried": 1, "folded": 1, "left": 0}
    assert await router.texts(key) == ["satu", "dua"]


async def test_a_timer_that_fails_is_tried_again_in_an_hour_and_holds_up_no_other(router: Steps) -> None:
    key = fresh_key()
    await router.run(router.said(key, 1, "due"))
    now = router.live.clock.now()

    def fold(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
        raise ValueError

    object.__setattr__(router.live.service, "fold", fold)
    assert await router.run(router.tick(key, now)) == ["refused"]
    [row] = await router.rows("SELECT due_at FROM state WHERE key = $1", key)
    assert 3590 < (row["due_at"] - now).total_seconds() < 3610


async def test_a_timer_whose_rule_leaves_it_due_is_put_off_too(router: Steps) -> None:
    key = fresh_key()
    await router.run(router.said(key, 1, "due"))
    now = router.live.clock.now()
    object.__setattr__(router.live.service, "fold", lambda states, item, now: Change())
    assert await router.run(router.tick(key, now)) == ["folded"]
    [row] = await router.rows("SELECT due_at FROM state WHERE key = $1", key)
    assert row["due_at"] > now


async def test_a_timer_fired_twice_is_folded_once(router: Steps) -> None:
    key = fresh_key()
    await router.run(router.said(key, 1, "due"))
    now = router.live.clock.now()
    assert await router.run(router.tick(key, now), router.tick(key, now)) == ["folded", "repeat"]


def test_the_same_by_command(quiet: World) -> None:
    key = fresh_key()

    async def prepare() -> None:
        async with stepping(quiet) as steps:
            await parked_in_order(steps, key)

    asyncio.run(prepare())
    app = service_cli("router", lambda: quiet.settings("router"), lambda _settings: app_of(quiet.service("router")))
    runner = CliRunner()

    def run(*words: str) -> str:
        result = runner.invoke(app, ["parked", *words])
        assert result.exit_code == 0, result.output
        return result.output

    assert run("list").count("reason=") == 3
    row = asyncio.run(quiet.rows("router", "SELECT min(id) AS id FROM parked"))[0]["id"]
    assert '"reason": "fold"' in run("show", str(row))
    assert '"left": 3' in run("retry")
    assert f'"discarded": {row}' in run("discard", str(row), "--who", "ops", "--why", "rusak")
    assert "nothing is parked" in run("list")
