"""An error that repeats for the same record never blocks the others; an outage never skips anything."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from shared.events import cases, opd
from shared.events.catalogue import CASES, replies
from shared.events.fact import Attachment
from shared.pipeline import Change, Item, Out, Undecodable
from shared.pipeline.blame import passes
from shared.pipeline.rows import MAX_EVENT_BYTES
from shared.pipeline.step import Batch
from shared.pipeline.tables import Q
from shared.postgres.pool import Connection
from tests.support.steps import Steps
from tests.support.toys import Toy, fresh_key, router_fold

RAISES = "DO $$ BEGIN RAISE EXCEPTION 'no such luck'; END $$"
INTERNAL = "DO $$ BEGIN RAISE EXCEPTION 'no such luck' USING ERRCODE = 'XX000'; END $$"
CANCELLED = "DO $$ BEGIN RAISE EXCEPTION 'no such luck' USING ERRCODE = '57014'; END $$"
LARGE = (Attachment(id="x" * 1_100_000, sha256="", type="", size=1),)


def _fold(states: Mapping[UUID, Toy | None], item: Item, now: datetime) -> Change[Toy]:
    """As the toy's, but some texts make an extra row, or an event that is too large."""
    text = getattr(item.data, "text", "")
    change = router_fold(states, item, now)
    if text.startswith("row:"):
        return Change(change.states, change.events, rows=(text.removeprefix("row:"),))
    if text == "large" and not isinstance(item.data, Undecodable):
        return Change(change.states, (Out(CASES, item.key, cases.Resolved(opd="dishub", answer="a", evidence=LARGE)),))
    if isinstance(item.data, Undecodable):
        answer = opd.UpdateRefused(update_id=item.external_id, code=item.data.code, reason=item.data.reason)
        return Change(events=(Out(replies("dishub"), item.key, answer),))
    return change


def failing(router: Steps, what: Mapping[str, Any]) -> None:
    """A service whose extra rows fail: each text has a statement, or an error that is raised."""

    async def save_rows(connection: Connection, rows: Sequence[Any]) -> None:
        for row in rows:
            wanted = what[row]
            if isinstance(wanted, Exception):
                raise wanted
            await connection.execute(*wanted)

    object.__setattr__(router.live.service, "fold", _fold)
    object.__setattr__(router.live.service, "save_rows", save_rows)


@pytest.mark.parametrize(
    "wanted",
    [
        ("SELECT $1::int", "not a number"),
        ("SELECT $1::int", 2**40),
        ("SELECT $1::bytea", object()),
        ("SELECT $1::int[]", "no array"),
        ("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '54000'; END $$",),
    ],
    ids=["a text for a number", "a number too large", "an object", "no array", "over a limit of Postgres"],
)
async def test_what_the_client_cannot_send_is_singled_out_at_once(router: Steps, wanted: tuple[Any, ...]) -> None:
    failing(router, {"bad": wanted})
    bad, others = fresh_key(), [fresh_key() for _ in range(6)]
    works = [router.said(key, 1, "satu") for key in others]
    works.insert(3, router.said(bad, 1, "row:bad"))
    works.append(router.said(bad, 2, "dua"))
    await router.run(*works)
    assert [await router.texts(key) for key in others] == [["satu"]] * 6
    assert await router.parked(bad) == [(1, "data"), (2, "gap")]


@pytest.mark.parametrize(
    "wanted",
    [
        (RAISES,),
        (INTERNAL,),
        (CANCELLED,),
        asyncpg.InterfaceError("nobody foresaw this"),
        asyncpg.InternalClientError("nobody foresaw this"),
        TimeoutError(),
        asyncpg.ConnectionDoesNotExistError("the server closed the connection"),
    ],
    ids=["P0001", "XX000", "57014", "InterfaceError", "InternalClientError", "TimeoutError", "connection lost"],
)
async def test_what_keeps_failing_while_postgres_answers_is_singled_out_in_doubt(router: Steps, wanted: Any) -> None:
    failing(router, {"bad": wanted})
    bad, others = fresh_key(), [fresh_key() for _ in range(6)]
    works = [router.said(key, 1, "satu") for key in others]
    works.insert(3, router.said(bad, 1, "row:bad"))
    with pytest.raises(
        (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)
    ) as raised:
        await router.run(*works)
    assert passes(raised.value)
    assert await router.rows("SELECT FROM parked") == []
    await router.live.step.run(Batch(works), doubt=True)
    assert [await router.texts(key) for key in others] == [["satu"]] * 6
    assert await router.parked(bad) == [(1, "data")]


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "42703", "53100", "53300", "57P01", "25006", "58030", "55P03"])
async def test_what_is_never_the_doing_of_a_record_skips_nothing_even_in_doubt(router: Steps, sqlstate: str) -> None:
    failing(router, {"bad": (f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{sqlstate}'; END $$",)})
    works = [router.said(fresh_key(), 1, "satu"), router.said(fresh_key(), 1, "row:bad")]
    with pytest.raises(asyncpg.PostgresError):
        await router.live.step.run(Batch(works), doubt=True)
    assert await router.rows("SELECT FROM parked") == []
    assert await router.rows("SELECT FROM state") == []


async def test_in_doubt_an_outage_skips_nothing(router: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(router, {"bad": OSError("the network is away")})
    not_writable = "SELECT pg_is_in_recovery()"
    monkeypatch.setattr("shared.pipeline.step.Q", {**Q, "answers": not_writable})
    with pytest.raises(OSError, match="network"):
        await router.live.step.run(Batch([router.said(fresh_key(), 1, "row:bad")]), doubt=True)
    assert await router.rows("SELECT FROM parked") == []


async def test_an_update_that_becomes_too_large_is_answered_and_not_our_failure(router: Steps) -> None:
    failing(router, {})
    keys = [fresh_key() for _ in range(40)]
    assert await router.run(*(router.update(key, f"u{n}", "large") for n, key in enumerate(keys))) == ["folded"] * 40
    assert await router.run(router.update(keys[0], "u0", "large"), router.update(keys[0], "v", "kerja")) == [
        "repeat",
        "folded",
    ]
    assert await router.rows("SELECT FROM parked") == []
    answers = await router.rows(
        "SELECT data->>'code' AS code, data->>'reason' AS reason FROM events WHERE topic = $1", replies("dishub")
    )
    assert {tuple(row) for row in answers} == {
        ("too_large", f"it would become an event of more than {MAX_EVENT_BYTES} bytes")
    }
    assert len(answers) == 40


async def test_updates_at_which_a_rule_fails_are_parked_and_open_no_breaker(router: Steps) -> None:
    works = [router.update(fresh_key(), f"u{number}", "raise") for number in range(250)]
    assert set(await router.run(*works)) == {"parked"}
    assert await router.run(router.said(fresh_key(), 1, "satu")) == ["folded"]


async def test_a_complaint_whose_next_event_is_too_large_waits_and_opens_no_breaker(router: Steps) -> None:
    failing(router, {})
    keys = [fresh_key() for _ in range(30)]
    assert set(await router.run(*(router.said(key, 1, "large") for key in keys))) == {"parked"}
    assert await router.parked(keys[0]) == [(1, "size")]
    assert await router.run(router.said(keys[0], 2, "dua"), router.said(fresh_key(), 1, "satu")) == ["gap", "folded"]


async def test_a_dead_letter_keeps_at_most_its_first_bytes_and_a_hash(router: Steps) -> None:
    key = fresh_key()
    huge = b'{"text": "' + b"x" * 1_000_000 + b'"}'
    headers = [("ce_id", b"u1"), ("ce_type", b"update.progressed")]
    assert await router.run(router.record("opd.dishub.updates.v1", key, huge, headers)) == ["parked"]
    [row] = await router.rows(
        "SELECT id, octet_length(body) AS kept, whole_bytes, sha256 = sha256($1) AS same FROM parked", huge
    )
    assert (row["kept"], row["whole_bytes"], row["same"]) == (65_536, len(huge), True)
    assert (await router.parking.shown(row["id"]))["whole_bytes"] == len(huge)


async def test_a_record_of_our_own_is_kept_whole_for_a_later_try(router: Steps) -> None:
    key = fresh_key()
    text = "x" * 15_000
    assert await router.run(router.said(key, 2, text)) == ["gap"]
    assert await router.run(router.said(key, 1, "satu")) == ["folded"]
    assert await router.texts(key) == ["satu", text]
