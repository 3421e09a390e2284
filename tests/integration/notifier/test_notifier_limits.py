"""No answer of WhatsApp repeats a message without limit, and a status counts for its own try alone."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.notifier.rules.retry import MOST_TRIES
from services.notifier.store import Q
from shared.events import contacts
from shared.inputs.catch_up import CatchUp
from tests.support.notifier_facts import linked, opened, resolved

Room = Any
HASTE = "UPDATE messages SET attempt_at = now() WHERE state IN ('due', 'unsure')"


async def filed(room: Room, *, window: bool = True, number: str = "+6280000000123") -> tuple[UUID, UUID]:
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint, address=number))
    if window:
        await room.hear(person, contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person))
    return complaint, person


async def until(
    room: Room, state: str, *, tries: int = 0, haste: bool = False, seconds: float = 15.0
) -> dict[str, Any]:
    """The one message once it is in this state after at least so many tries; ``haste`` leaves out every wait."""
    for _ in range(int(seconds / 0.05)):
        rows = await room.rows()
        if len(rows) == 1 and rows[0]["state"] == state and rows[0]["tries"] >= tries:
            return dict(rows[0])
        if haste:
            await room.live.pool.execute(HASTE)
        await asyncio.sleep(0.05)
    raise AssertionError([(row["state"], row["tries"], row["reason"]) for row in await room.rows()])


async def report(
    room: Room, person: UUID, row: dict[str, Any], status: Any, provider_id: str, code: int | None = None
) -> None:
    """A status as intake passes it on, with our id and the channel's."""
    said = contacts.MessageStatusReported(
        provider_id=provider_id, message_id=row["id"], status=status, at=room.now(), error_code=code
    )
    await room.hear(person, said)


async def statuses_done(room: Room) -> None:
    for _ in range(200):
        if not await room.live.pool.fetchval("SELECT count(*) FROM statuses"):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("statuses are still waiting")


def requests(room: Room) -> int:
    ledger = room.stubs.tally()["whatsapp"]
    return int(ledger["accepted"] + ledger["duplicated"] + ledger["refused"])


@pytest.mark.parametrize("window", [True, False])
async def test_a_template_that_is_told_the_window_is_closed_waits_like_any_failure(room: Room, window: bool) -> None:
    room.stubs.order(refusals=[{"code": 131047}] * 1000)
    await filed(room, window=window)
    await until(room, "due", tries=2 if window else 1)
    await asyncio.sleep(2)
    assert requests(room) == (2 if window else 1)


async def test_a_window_that_stays_closed_ends_in_a_given_up_message(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 131047}] * 1000)
    await filed(room)
    row = await until(room, "given_up", haste=True)
    assert (row["tries"], requests(room)) == (MOST_TRIES, MOST_TRIES)
    assert (await room.told())[-1] == "notification.given_up"
    value = room.live.meters.registry.get_sample_value
    assert value("tanggap_effects_total", {"channel": "whatsapp", "outcome": "given_up"}) == 1


@pytest.mark.parametrize("code", [131047, 999_999])
async def test_a_failed_status_after_each_try_ends_too(room: Room, code: int) -> None:
    room.stubs.order(statuses=[])
    _, person = await filed(room, window=False)
    for number in range(1, MOST_TRIES + 1):
        row = await until(room, "sent", tries=number, haste=True)
        await report(room, person, row, "failed", row["provider_id"], code)
    row = await until(room, "given_up")
    assert requests(room) == MOST_TRIES
    assert row["code"] == code


async def test_a_message_of_which_nothing_is_ever_heard_ends(room: Room) -> None:
    """Each replica dies after the request, and no status comes."""
    await filed(room)
    await until(room, "sent")
    await room.live.pool.execute(
        "UPDATE messages SET state = 'sending', provider_id = NULL, tries = 12, leased_until = now() - interval '1 minute'"
    )
    row = await until(room, "given_up")
    assert (row["reason"], requests(room)) == ("no status", 1)


async def test_the_failure_of_an_earlier_try_changes_nothing(room: Room) -> None:
    room.stubs.order(statuses=[], refusals=[])
    _, person = await filed(room)
    row = await until(room, "sent")
    await report(room, person, row, "failed", row["provider_id"], 131000)
    again = await until(room, "sent", tries=2, haste=True)
    for status, code in (("failed", 131026), ("failed", 131047), ("sent", None)):
        await report(room, person, row, status, row["provider_id"], code)
    await statuses_done(room)
    after = await until(room, "sent")
    assert (after["tries"], after["provider_id"]) == (2, again["provider_id"])
    value = room.live.meters.registry.get_sample_value
    assert value("tanggap_message_statuses_total", {"outcome": "old"}) == 3


async def test_the_failure_of_a_try_without_an_answer_changes_nothing_once_another_was_accepted(room: Room) -> None:
    """The first try's id was never known: it is strange to the second one."""
    room.stubs.order(statuses=[])
    _, person = await filed(room)
    row = await until(room, "sent")
    await room.live.pool.execute("UPDATE messages SET state = 'due', provider_id = NULL, attempt_at = now()")
    await until(room, "sent", tries=2)
    await report(room, person, row, "failed", "wamid.FIRST", 131026)
    await statuses_done(room)
    after = await until(room, "sent")
    assert after["tries"] == 2
    await report(room, person, row, "delivered", after["provider_id"])
    await until(room, "delivered")


async def test_a_status_that_is_faster_than_the_answer_waits_for_it(room: Room) -> None:
    """The message is under way for the second time: only its own answer says which id is its own."""
    room.stubs.order(statuses=[])
    await room.live.pool.execute("INSERT INTO stopped_channels (channel, reason) VALUES ('whatsapp', 'test')")
    _, person = await filed(room)
    row = await until(room, "due")
    await room.live.pool.execute(
        "UPDATE messages SET state = 'sending', tries = 2, first_try = now(), leased_until = now() + interval '1 minute'"
    )
    await report(room, person, row, "failed", "wamid.ONE", 131026)
    await report(room, person, row, "delivered", "wamid.TWO")
    await asyncio.sleep(1.5)
    await until(room, "sending")
    await room.live.pool.execute("UPDATE messages SET state = 'sent', leased_until = NULL, provider_id = 'wamid.TWO'")
    await until(room, "delivered")
    await statuses_done(room)
    assert requests(room) == 0


@pytest.mark.parametrize("order", [("failed", "delivered"), ("read", "failed")])
async def test_what_arrived_is_not_sent_again_in_whatever_order_it_is_told(room: Room, order: tuple[str, str]) -> None:
    room.stubs.order(statuses=[])
    _, person = await filed(room)
    row = await until(room, "sent")
    for status in order:
        await report(room, person, row, status, row["provider_id"], 131000 if status == "failed" else None)
    await statuses_done(room)
    arrived = next(status for status in order if status != "failed")
    await until(room, arrived, haste=True)
    await asyncio.sleep(0.5)
    assert requests(room) == 1


async def test_a_bad_template_stands_still_and_free_text_goes_on(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 132015}])
    await filed(room, window=False)
    await until(room, "due", tries=1)
    await filed(room, window=False, number="+6280000000124")
    await filed(room, window=True, number="+6280000000125")
    for _ in range(100):
        if room.stubs.messages("whatsapp"):
            break
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    assert [message["type"] for message in room.stubs.messages("whatsapp")] == ["text"]
    assert requests(room) == 2
    [stopped] = await room.live.pool.fetch(Q["list_stopped_templates"])
    assert (stopped["name"], stopped["reason"], stopped["messages"]) == ("tanggap_aduan_diterima", "whatsapp 132015", 2)


async def test_a_stopped_template_does_not_use_up_tries_and_its_message_goes_as_text_once_the_citizen_writes(
    room: Room,
) -> None:
    await room.live.pool.execute(
        "INSERT INTO stopped_templates (name, reason) VALUES ('tanggap_aduan_diterima', 'test')"
    )
    _, person = await filed(room, window=False)
    row = await until(room, "due", tries=1)
    assert (row["tries"] - row["tries_before"], row["first_try"]) == (0, None)
    await room.hear(person, contacts.WindowOpened(at=room.now()))
    await until(room, "sent")
    assert [message["type"] for message in room.stubs.messages("whatsapp")] == ["text"]


async def test_what_is_wrong_with_the_number_stops_the_channel_for_all(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 133010}])
    await filed(room)
    await until(room, "due", tries=1)
    await filed(room, number="+6280000000124")
    await asyncio.sleep(0.7)
    assert requests(room) == 1
    assert [(row["channel"], row["until"]) for row in await room.live.pool.fetch(Q["list_stopped_channels"])] == [
        ("whatsapp", None)
    ]


async def test_a_number_that_sent_too_much_rests_and_goes_on_by_itself(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 131048}])
    await filed(room)
    await until(room, "due", tries=1)
    await filed(room, number="+6280000000124")
    await asyncio.sleep(0.7)
    assert requests(room) == 1
    [rest] = await room.live.pool.fetch(Q["list_stopped_channels"])
    assert timedelta(minutes=50) < rest["until"] - rest["since"] < timedelta(minutes=80)
    await room.live.pool.execute("UPDATE stopped_channels SET until = now()")
    await room.live.pool.execute(HASTE)
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 2


async def test_a_channel_that_is_resumed_in_vain_again_and_again_gives_the_message_up(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 131042}] * 100)
    await filed(room)
    for number in range(1, MOST_TRIES):
        await until(room, "due", tries=number)
        await room.live.pool.fetch(Q["resume_channels"], ["whatsapp"])
    row = await until(room, "given_up")
    assert (row["tries"], len(await room.live.pool.fetch(Q["list_stopped_channels"]))) == (MOST_TRIES, 1)


async def test_a_merged_message_that_cannot_be_delivered_goes_another_way_whole(room: Room) -> None:
    complaint, person, mail = uuid4(), uuid4(), uuid4()
    await room.live.pool.execute("INSERT INTO stopped_channels (channel, reason) VALUES ('whatsapp', 'test')")
    await room.hear(person, linked(complaint), contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person), resolved())
    room.at(room.now() + timedelta(minutes=2))
    await room.settle()
    await room.hear(mail, linked(complaint, channel="email", address="warga@contoh.example"))
    room.stubs.order(refusals=[{"code": 130472}])
    await room.live.pool.fetch(Q["resume_channels"], ["whatsapp"])
    for _ in range(200):
        if await room.live.pool.fetchval("SELECT count(*) FROM messages WHERE state = 'given_up'") == 2:
            break
        await asyncio.sleep(0.05)
    await room.settle()
    sent = [row["template"] for row in await room.rows() if row["channel"] == "email" and row["state"] == "sent"]
    assert sorted(sent) == ["acknowledged", "resolved"]


async def test_a_message_that_is_looked_for_in_streams_far_behind_holds_nobody_up(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def far_behind(_streams: CatchUp) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(CatchUp, "caught_up", far_behind)
    await filed(room)
    await until(room, "sent")
    await room.live.pool.execute("UPDATE messages SET state = 'unsure', attempt_at = now() - interval '1 minute'")
    await asyncio.sleep(0.5)
    await filed(room, number="+6280000000124")
    for _ in range(100):
        if len(room.stubs.messages("whatsapp")) == 2:
            break
        await asyncio.sleep(0.05)
    assert len(room.stubs.messages("whatsapp")) == 2
