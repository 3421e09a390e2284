"""Messages that the outside refuses, swallows or reports on later."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from prometheus_client import CollectorRegistry

from deploy.local.demo.stubs.receiver import secret_of
from services.notifier.metrics import MessageGauges
from services.notifier.statistics import measure
from services.notifier.store import Q
from shared.events import cases, contacts
from tests.support.infra import Database
from tests.support.notifier_facts import WEBHOOK_ROOT, assigned, linked, opened

Room = Any


async def filed(room: Room, *, window: bool = True) -> tuple[UUID, UUID]:
    complaint, person = uuid4(), uuid4()
    await room.hear(person, linked(complaint))
    if window:
        await room.hear(person, contacts.WindowOpened(at=room.now()))
    await room.hear(complaint, opened(room.now(), person))
    return complaint, person


async def until(room: Room, state: str, *, tries: int = 0, seconds: float = 8.0) -> dict[str, Any]:
    """The one message once it is in this state after at least so many tries."""
    for _ in range(int(seconds / 0.05)):
        rows = await room.rows()
        if len(rows) == 1 and rows[0]["state"] == state and rows[0]["tries"] >= tries:
            return dict(rows[0])
        await room.live.pool.execute("SELECT pg_sleep(0.05)")
    raise AssertionError([(row["state"], row["reason"]) for row in await room.rows()])


async def test_a_passing_fault_is_tried_again(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 131000, "status": 500}])
    await filed(room)
    row = await until(room, "due", tries=1)
    assert row["code"] == 131000
    await room.live.pool.execute("UPDATE messages SET attempt_at = now()")
    await until(room, "sent")
    assert await room.told() == ["notification.failed", "notification.sent"]


async def test_what_the_platform_says_stops_a_template_and_the_channel_until_it_says_otherwise(room: Room) -> None:
    account, template = contacts.channel_key("whatsapp", "102290129340398"), "tanggap_aduan_dijawab"

    async def says(usable: bool, reason: str, minutes: int, name: str | None = None) -> None:
        at = room.now() + timedelta(minutes=minutes)
        fact = contacts.ChannelStateReported(channel="whatsapp", usable=usable, reason=reason, at=at, template=name)
        await room.hear(account, fact)

    async def shown() -> tuple[float | None, float | None]:
        registry = CollectorRegistry()
        await measure(room.live, MessageGauges(registry), room.live.settings)
        of_template = registry.get_sample_value("tanggap_template_stopped", {"template": template})
        return of_template, registry.get_sample_value("tanggap_channel_stopped", {"channel": "whatsapp"})

    assert await shown() == (0, 0)
    await says(False, "PAUSED", 1, template)
    await says(False, "DISABLED_UPDATE_DISABLE", 2)
    assert await shown() == (1, 1)
    assert [row["reason"] for row in await room.live.pool.fetch(Q["list_stopped_channels"])] == [
        "DISABLED_UPDATE_DISABLE"
    ]
    await filed(room)
    await until(room, "due")
    await room.live.pool.execute("SELECT pg_sleep(0.5)")
    await until(room, "due")
    await says(True, "APPROVED", 3, template)
    await says(True, "DISABLED_UPDATE_REINSTATE", 4)
    assert await shown() == (0, 0)
    await until(room, "sent")


async def test_a_window_that_whatsapp_calls_closed_gets_the_template(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 131047}])
    await filed(room)
    await until(room, "sent")
    assert [message["type"] for message in room.stubs.messages("whatsapp")] == ["template"]


async def test_a_text_that_whatsapp_never_takes_is_given_up_for_a_person(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 132005}])
    await filed(room)
    row = await until(room, "given_up")
    assert row["reason"] == "whatsapp 132005"
    assert await room.told() == ["notification.given_up"]
    counted = room.live.meters.registry.get_sample_value
    assert counted("tanggap_effects_total", {"channel": "whatsapp", "outcome": "given_up"}) == 1


async def test_an_account_error_stops_the_channel_and_loses_nothing(room: Room) -> None:
    room.stubs.order(refusals=[{"code": 131042}])
    await filed(room)
    row = await until(room, "due", tries=1)
    assert [stop["channel"] for stop in await room.live.pool.fetch(Q["list_stopped_channels"])] == ["whatsapp"]
    assert row["reason"] == "whatsapp 131042"
    await room.live.pool.fetch(Q["resume_channels"], ["whatsapp"])
    await until(room, "sent")


async def test_a_mail_box_that_does_not_exist_means_the_officers_other_channel(room: Room) -> None:
    await room.live.pool.execute(
        "INSERT INTO addresses (audience, opd, name, channel, address, secret) "
        "VALUES ('officer', 'dishub', 'Pejabat penghubung Dishub', 'webhook', $1, $2)",
        f"{room.stubs.http}/hooks/dishub",
        secret_of(WEBHOOK_ROOT, "dishub"),
    )
    room.stubs.order(smtp_refusals=[550])
    await room.hear(uuid4(), opened(room.now()), assigned())
    room.at(room.now() + timedelta(minutes=1))
    await room.settle()
    assert {(row["channel"], row["state"]) for row in await room.rows()} == {("email", "given_up"), ("webhook", "sent")}


async def test_a_status_moves_a_message_forward_and_never_back(room: Room) -> None:
    _, person = await filed(room)
    row = await until(room, "sent")
    for status in ("read", "delivered", "sent", "read"):
        reported = contacts.MessageStatusReported(
            provider_id=row["provider_id"], message_id=row["id"], status=status, at=room.now()
        )
        await room.hear(person, reported)
    await room.settle()
    await until(room, "read")
    assert await room.told() == ["notification.sent", "notification.read"]


async def test_a_status_without_our_id_is_found_by_the_channels(room: Room) -> None:
    _, person = await filed(room)
    row = await until(room, "sent")
    await room.hear(
        person, contacts.MessageStatusReported(provider_id=row["provider_id"], status="delivered", at=room.now())
    )
    await until(room, "delivered")


async def test_a_failure_reported_later_is_judged_like_one_at_once(room: Room) -> None:
    _, person = await filed(room)
    row = await until(room, "sent")
    failed = contacts.MessageStatusReported(
        provider_id=row["provider_id"], message_id=row["id"], status="failed", at=room.now(), error_code=131026
    )
    await room.hear(person, failed)
    await until(room, "given_up")
    assert await room.told() == ["notification.sent", "notification.given_up"]


async def test_a_merged_message_that_failed_later_says_everything_again(room: Room) -> None:
    await room.live.pool.execute("INSERT INTO stopped_channels (channel, reason) VALUES ('whatsapp', 'test')")
    complaint, person = await filed(room)
    await room.hear(complaint, assigned())
    await room.live.pool.fetch(Q["resume_channels"], ["whatsapp"])
    await room.settle()
    head = next(row for row in await room.rows() if row["carrier"] is None and row["channel"] == "whatsapp")
    failed = contacts.MessageStatusReported(
        provider_id=head["provider_id"], message_id=head["id"], status="failed", at=room.now(), error_code=131047
    )
    await room.hear(person, failed)
    for _ in range(100):
        again = room.stubs.messages("whatsapp")[1:]
        if again:
            break
        await room.live.pool.execute("SELECT pg_sleep(0.05)")
    await room.settle()
    assert '"text": "2"' in again[0]["text"]
    assert {row["state"] for row in await room.rows() if row["channel"] == "whatsapp"} == {"sent"}


async def test_what_an_erased_complaint_carried_goes_by_itself(room: Room) -> None:
    await room.live.pool.execute("INSERT INTO stopped_channels (channel, reason) VALUES ('email', 'test')")
    first, second = uuid4(), uuid4()
    await room.hear(first, opened(room.now()), assigned())
    await room.hear(second, opened(room.now()), assigned())
    await room.settle()
    await room.live.pool.execute(
        "UPDATE messages SET state = 'carried', carrier = (SELECT id FROM messages WHERE complaint = $1) WHERE complaint = $2",
        first,
        second,
    )
    await room.hear(first, cases.CaseErased())
    await room.live.pool.execute(
        "UPDATE messages SET changed_at = now() - interval '2 minutes' WHERE complaint = $1", first
    )
    room.at(room.now() + timedelta(minutes=1))
    await room.live.pool.fetch(Q["resume_channels"], ["email"])
    for _ in range(100):
        if room.stubs.messages("email"):
            break
        await room.live.pool.execute("SELECT pg_sleep(0.05)")
    await room.settle()
    assert {row["complaint"]: row["state"] for row in await room.rows()} == {first: "suppressed", second: "sent"}


async def lost_replica(room: Room) -> dict[str, Any]:
    """A message whose replica died after the row said "sending"."""
    await room.live.pool.execute("INSERT INTO stopped_channels (channel, reason) VALUES ('whatsapp', 'test')")
    await filed(room)
    await until(room, "due")
    await room.live.pool.execute(
        "UPDATE messages SET state = 'sending', tries = 1, first_try = now(), leased_until = now() - interval '0.1 second'"
    )
    return await until(room, "unsure")


async def test_a_lost_send_of_which_a_status_tells_is_not_repeated(room: Room) -> None:
    row = await lost_replica(room)
    person = row["contact"]
    await room.hear(
        person,
        contacts.MessageStatusReported(provider_id="wamid.1", message_id=row["id"], status="sent", at=room.now()),
    )
    await room.live.pool.fetch(Q["resume_channels"], ["whatsapp"])
    await until(room, "sent")
    await room.settle()
    assert room.stubs.tally()["whatsapp"]["accepted"] == 0


async def test_a_lost_send_of_which_no_status_tells_goes_again_after_a_while(room: Room) -> None:
    await lost_replica(room)
    await room.live.pool.fetch(Q["resume_channels"], ["whatsapp"])
    await until(room, "due")
    await room.live.pool.execute("UPDATE messages SET attempt_at = now()")
    await until(room, "sent")
    assert room.stubs.tally()["whatsapp"]["accepted"] == 1


async def test_two_replicas_send_each_message_once(
    room: Room, replica: Callable[[], Any], notifier_database: Database
) -> None:
    async with replica():
        for _ in range(40):
            complaint, person = uuid4(), uuid4()
            number = f"+628000000{uuid4().int % 10_000:04}"
            await room.hear(person, linked(complaint, address=number), contacts.WindowOpened(at=room.now()))
            await room.hear(complaint, opened(room.now(), person), assigned())
        await room.settle(30)
    tally = room.stubs.tally()
    assert tally["duplicated"] == 0
    states = {row["state"] for row in await room.rows() if row["channel"] == "whatsapp"}
    assert states == {"sent"}
