"""Each receiver of webhooks has a secret of its own; a channel without settings is off, and its messages alarm nobody."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import pytest
from prometheus_client import CollectorRegistry

from deploy.local.demo.stubs.receiver import verified
from services.notifier.actions.receivers import change_receiver
from services.notifier.actions.staff_addresses import import_addresses
from services.notifier.channels.webhook_secrets import new_secret
from services.notifier.errors import ReceiverError
from services.notifier.metrics import MessageGauges
from services.notifier.statistics import measure
from shared.inputs.catch_up import CatchUp
from tests.integration.notifier.conftest import make_room, make_settings, nothing_unread
from tests.support.infra import Database
from tests.support.notifier_facts import assigned, linked, opened, resolved
from tests.support.notifier_rooms import CODES, HEAD, assign, hook, reaches, states, table, until
from tests.support.receiver import receiver

Room = Any


async def test_a_receiver_knows_us_by_its_own_secret_and_by_both_during_a_rotation(room: Room) -> None:
    first, second, other = new_secret(), new_secret(), new_secret()
    async with receiver() as own:
        await table(room, hook(0, f"{own.url}/a", f"{second} {first}"), hook(1, f"{own.url}/b", other))
        await assign(room, 0, 1)
        await until(lambda: len(own.asked) == 2)
        sent = dict(zip(own.asked, own.requests, strict=True))
        headers, body = sent["/a"]
        assert [verified(secret, headers, body) for secret in (first, second, other)] == [
            True,
            True,
            False,
        ]
        headers, body = sent["/b"]
        assert [verified(secret, headers, body) for secret in (first, second, other)] == [
            False,
            False,
            True,
        ]


async def test_a_system_that_files_complaints_is_told_only_once_its_receiver_has_a_secret(room: Room) -> None:
    settings = room.live.settings
    async with receiver() as own:
        complaint, person = uuid4(), uuid4()
        await room.hear(person, linked(complaint, channel="webhook", address=f"{own.url}/status?n=1", role="follower"))
        await room.hear(complaint, opened(room.now(), person))
        assert (await reaches(room, "given_up"))["reason"] == "no secret"
        assert own.asked == []
        secret = await change_receiver(settings, own.url, "add")
        newer = await change_receiver(settings, f"{own.url}/any/path", "rotate")
        await room.hear(complaint, assigned())
        room.at(room.now() + timedelta(minutes=2))
        await until(lambda: own.asked == ["/status?n=1"])
        headers, body = own.requests[0]
        assert [verified(str(one), headers, body) for one in (secret, newer)] == [True, True]
        await change_receiver(settings, own.url, "finish")
        own.answer = b"HTTP/1.1 410 Gone\r\n\r\n"
        await room.hear(complaint, resolved())
        room.at(room.now() + timedelta(minutes=2))
        await until(lambda: len(own.asked) == 2)
        await room.settle()
        await change_receiver(settings, own.url, "resume")
        changes: tuple[Literal["add", "finish", "resume"], ...] = ("add", "finish", "resume")
        for change in changes:
            with pytest.raises(ReceiverError):
                await change_receiver(settings, own.url, change)


async def test_no_webhook_is_signed_with_another_receivers_secret(
    notifier_database: Database, stubs: Any, clock_file: Path
) -> None:
    settings = make_settings(notifier_database, stubs, clock_file)
    shared = new_secret()
    for rows in (
        hook(0, "http://127.0.0.1:1/a", shared) + hook(1, "http://127.0.0.1:1/b", shared),
        hook(0, "http://127.0.0.1:1/a", shared) + hook(1, "http://127.0.0.1:1/b", f"{new_secret()} {shared}"),
        f"officer,{CODES[0]},Sistem,webhook,http://127.0.0.1:1/a,\n",
        f"officer,{CODES[0]},Sistem,webhook,http://127.0.0.1:1/a,whsec_c2hvcnQ=\n",
        f"officer,{CODES[0]},Sistem,email,a@kaltim.example,{shared}\n",
    ):
        with pytest.raises(Exception, match="secret"):
            await import_addresses(settings, HEAD + rows)


@pytest.mark.parametrize(("hours", "ends"), [(24.0, "due"), (0.0, "suppressed")])
async def test_what_is_meant_for_a_channel_that_is_off_is_not_overdue(
    notifier_database: Database, stubs: Any, clock_file: Path, monkeypatch: pytest.MonkeyPatch, hours: float, ends: str
) -> None:
    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    row = f"officer,{CODES[0]},Pejabat,email,pejabat@kaltim.example,\n"
    async with make_room(notifier_database, stubs, clock_file, smtp_host=None, channel_off_hours=hours) as room:
        await table(room, row)
        await room.hear(uuid4(), opened(room.now()), assigned(CODES[0], priority="urgent"))
        for _ in range(100):
            if (await states(room)) == [(ends, "channel off")]:
                break
            await asyncio.sleep(0.05)
        assert (await states(room)) == [(ends, "channel off")]
        await room.settle()
        settings = make_settings(notifier_database, stubs, clock_file, smtp_host=None)
        await measure(room.live, MessageGauges(CollectorRegistry()), settings)
        assert room.live.health.troubles() == []
        value = room.live.meters.registry.get_sample_value
        assert value("tanggap_channel_off", {"channel": "email"}) == 1
        assert value("tanggap_message_overdue_seconds", {"channel": "email"}) in (None, 0)
    async with make_room(notifier_database, stubs, clock_file) as room:
        if ends == "due":
            await until(lambda: bool(room.stubs.messages("email")))
        await room.settle()
        assert len(room.stubs.messages("email")) == (1 if ends == "due" else 0)


async def test_who_has_another_channel_is_told_by_it_when_the_first_is_off(
    notifier_database: Database, stubs: Any, clock_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CatchUp, "caught_up", nothing_unread)
    mail = f"officer,{CODES[0]},Pejabat,email,pejabat@kaltim.example,\n"
    phone = f"officer,{CODES[1]},Pejabat,whatsapp,+6280000000999,\n"
    async with make_room(notifier_database, stubs, clock_file, smtp_host=None) as room:
        await table(room, mail, phone, phone.replace(CODES[1], CODES[0]))
        await room.hear(uuid4(), opened(room.now()), assigned(CODES[0], priority="urgent"))
        await room.settle()
        assert [(row["channel"], row["state"]) for row in await room.rows()].count(("whatsapp", "sent")) == 1
