"""Receivers of webhooks: a slow one delays itself alone, each is asked as it wishes, each has a secret of its own."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from services.notifier.metrics import MessageGauges
from services.notifier.statistics import measure
from services.notifier.store import Q
from shared.inputs.catch_up import CatchUp
from tests.integration.notifier.conftest import make_room, make_settings, nothing_unread
from tests.support.infra import Database
from tests.support.notifier_facts import assigned, opened
from tests.support.notifier_rooms import CODES, assign, citizen, hook, reaches, states, table, until
from tests.support.receiver import Receiver, receiver

Room = Any


async def test_a_receiver_that_never_answers_delays_itself_alone(room: Room) -> None:
    async with receiver(None) as silent, receiver() as healthy:
        await table(room, *(hook(n, f"{silent.url}/{n}") for n in range(16)), hook(16, f"{healthy.url}/ok"))
        await assign(room, *range(16))
        await until(lambda: silent.under_way >= 4)
        await citizen(room)
        await assign(room, 16)
        await until(lambda: bool(room.stubs.messages("whatsapp")) and bool(healthy.asked), 5)
        assert silent.most_under_way <= room.live.settings.webhook_host_slots


async def test_a_silent_host_is_asked_ever_more_rarely_and_one_message_at_a_time(
    notifier_database: Database, stubs: Any, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    async with make_room(notifier_database, stubs, clock_file, try_seconds=0.5) as room, receiver(None) as silent:
        await table(room, *(hook(n, f"{silent.url}/{n}") for n in range(12)))
        await assign(room, *range(12))
        await until(lambda: len(silent.asked) >= 4)
        await asyncio.sleep(3)
        assert len(silent.asked) == 4
        await room.live.pool.execute("UPDATE silent_hosts SET until = now()")
        await until(lambda: len(silent.asked) >= 5)
        await asyncio.sleep(1.5)
        assert len(silent.asked) == 5
        host = await room.live.pool.fetchrow("SELECT failures, until - now() AS rest FROM silent_hosts")
        assert host is not None
        assert host["failures"] == 5
        assert host["rest"].total_seconds() > 500
        silent.answer = b"HTTP/1.1 204 No Content\r\n\r\n"
        await room.live.pool.execute("UPDATE silent_hosts SET until = now()")
        await until(lambda: len(set(silent.asked)) == 12)


async def test_a_receiver_that_sends_a_byte_now_and_then_is_cut_off(
    notifier_database: Database, stubs: Any, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dribbling(Receiver):
        async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.asked.append("/")
            while not writer.is_closing():
                writer.write(b"H")
                await writer.drain()
                await asyncio.sleep(0.2)

    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    own = Dribbling()
    server = await asyncio.start_server(own.serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    async with make_room(notifier_database, stubs, clock_file, try_seconds=1.0) as room:
        await table(room, hook(0, url))
        await assign(room, 0)
        row = await reaches(room, "due")
        await until(lambda: bool(own.asked))
        for _ in range(100):
            row = (await room.rows())[0]
            if row["reason"]:
                break
            await asyncio.sleep(0.05)
        assert row["reason"] == "no answer in time"
    server.close()
    own.hang_up()


async def test_an_almost_empty_bucket_of_one_channel_does_not_slow_another(
    notifier_database: Database, stubs: Any, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    async with make_room(notifier_database, stubs, clock_file, smtp_rate=0.5) as room:
        await table(room, *(f"officer,{code},Pejabat,email,{code}@kaltim.example,\n" for code in CODES[:20]))
        for code in CODES[:20]:
            await room.hear(uuid4(), opened(room.now()), assigned(code, priority="urgent"))
        for number in range(40):
            await citizen(room, f"+628000000{number:04}")
        await until(lambda: len(room.stubs.messages("whatsapp")) == 40, 8)
        assert 1 <= len(room.stubs.messages("email")) < 20


async def test_overdue_messages_turn_the_health_of_their_channel_red(room: Room) -> None:
    live, numbers = room.live, MessageGauges(CollectorRegistry())
    async with receiver(None) as silent:
        await table(room, *(hook(n, f"{silent.url}/{n}") for n in range(8)))
        await assign(room, *range(8))
        await until(lambda: silent.under_way >= 4)
        await live.pool.execute(
            "UPDATE messages SET attempt_at = attempt_at - interval '5 minutes' WHERE state = 'due'"
        )
        await live.pool.execute("UPDATE messages SET due = due - interval '5 minutes' WHERE state = 'due'")
        await measure(live, numbers, live.settings)
        assert live.health.troubles() == ["channel-webhook"]
        await live.pool.execute("UPDATE messages SET attempt_at = now() WHERE state = 'due'")
        await measure(live, numbers, live.settings)
        assert live.health.troubles() == []


async def test_a_message_held_over_night_is_not_overdue_in_the_morning(
    quiet_room: Room, notifier_database: Database, stubs: Any, clock_file: Path
) -> None:
    live = quiet_room.live
    await live.pool.execute(
        "INSERT INTO messages (event, audience, recipient, channel, address, template, occurred_at, due, at_once, facts, "
        "attempt_at) "
        "VALUES (gen_random_uuid(), 'officer', 'officer:1', 'email', 'a@kaltim.example', 'assigned', $1, $1, false, '{}', "
        "now() - interval '9 hours')",
        quiet_room.now(),
    )
    settings = make_settings(notifier_database, stubs, clock_file)
    await measure(live, MessageGauges(live.meters.registry), settings)
    assert live.health.troubles() == []


async def test_retry_after_holds_for_every_message_to_that_address(room: Room) -> None:
    busy = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 600\r\n\r\n"
    async with receiver(busy=busy) as own:
        await table(room, hook(0, f"{own.url}/busy"), hook(1, f"{own.url}/free"))
        await assign(room, *[0] * 12, 1)
        await until(lambda: own.asked.count("/busy") >= 1 and own.asked.count("/free") == 1)
        await asyncio.sleep(1)
        await room.live.pool.execute("UPDATE messages SET attempt_at = now() WHERE state = 'due'")
        await asyncio.sleep(1)
        assert own.asked.count("/busy") == 1
        [held] = await room.live.pool.fetch(Q["list_stopped_addresses"])
        assert 590 <= (held["until"] - held["since"]).total_seconds() <= 610


async def test_an_address_that_has_gone_is_asked_no_more_until_an_import_names_it(room: Room) -> None:
    async with receiver(gone=b"HTTP/1.1 410 Gone\r\n\r\n") as own:
        rows = (hook(0, f"{own.url}/gone"), "officer," + CODES[0] + ",Sistem 0,email,pejabat@kaltim.example,\n")
        await table(room, *rows)
        await assign(room, 0)
        await until(lambda: own.asked == ["/gone"])
        await reaches(room, "given_up")
        await assign(room, 0, 0)
        await asyncio.sleep(1)
        assert own.asked == ["/gone"]
        own.answers.clear()
        await table(room, *rows)
        await assign(room, 0)
        await until(lambda: own.asked == ["/gone"] * 2)


async def test_what_waited_for_an_address_that_has_gone_is_given_up_or_told_another_way(room: Room) -> None:
    async with receiver(gone=b"HTTP/1.1 410 Gone\r\n\r\n") as own:
        await room.live.pool.execute("INSERT INTO stopped_channels (channel, reason) VALUES ('webhook', 'test')")
        await table(room, hook(0, f"{own.url}/gone"))
        await assign(room, 0, 0, 0)
        for _ in range(100):
            if len(await room.rows()) == 3:
                break
            await asyncio.sleep(0.05)
        await room.live.pool.execute("UPDATE messages SET occurred_at = occurred_at + interval '1 day' * position")
        await room.live.pool.fetch(Q["resume_channels"], ["webhook"])
        await room.settle()
        assert own.asked == ["/gone"]
        assert sorted(await states(room)) == [("given_up", "address stopped")] * 2 + [("given_up", "http 410")]


async def test_an_address_that_refuses_is_repeated_and_then_stopped(room: Room) -> None:
    async with receiver(b"HTTP/1.1 301 Moved Permanently\r\nLocation: http://127.0.0.1:1/\r\n\r\n") as own:
        await table(room, hook(0, f"{own.url}/x"))
        await assign(room, 0)
        await reaches(room, "due")
        await until(lambda: len(own.asked) == 1)
        for _ in range(400):
            await room.live.pool.execute("UPDATE stopped_addresses SET until = now() WHERE until IS NOT NULL")
            await room.live.pool.execute("UPDATE messages SET attempt_at = now() WHERE state = 'due'")
            if [state for state, _ in await states(room)] == ["given_up"]:
                break
            await asyncio.sleep(0.05)
        assert len(own.asked) == 12
        [gone] = await room.live.pool.fetch(Q["list_stopped_addresses"])
        assert gone["until"] is None
