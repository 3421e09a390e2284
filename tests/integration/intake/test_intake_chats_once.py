"""The same webhook a thousand times at once, on two replicas with the real Postgres and Kafka, is one complaint."""

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared.events.catalogue import INTERNAL, SUBMISSIONS
from shared.pipeline.service import Service
from shared.postgres.migrations import migrate
from shared.runtime.running import running
from tests.support.intake import APP_SECRET, GATEWAY_SECRET, MIGRATIONS, direct, message, webhook
from tests.support.raw import taken
from tests.support.toys import World, until
from tests.support.web import web_of

TEXT = "Lampu jalan di Jalan Suryanata Samarinda padam sejak Senin malam"
AT_ONCE = 1000
Post = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


def service(world: World, replica: str) -> Service[Any]:
    given: dict[str, Any] = {
        "dsn": world.database.dsn("intake"),
        "kafka_bootstrap": world.kafka.bootstrap,
        "kafka_user": "intake",
        "kafka_password": world.secrets.get("kafka-intake"),
        "kafka_security": "SASL_PLAINTEXT",
        "secret": "ab" * 32,
        "replica": replica,
        "whatsapp_app_secrets": APP_SECRET,
        "instagram_app_secrets": APP_SECRET,
        "sms_secrets": GATEWAY_SECRET,
    }
    return build(IntakeSettings(**given))


def signed(path: str, raw: bytes) -> Post:
    signature = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
    return lambda http: http.post(path, content=raw, headers={"X-Hub-Signature-256": signature})


def form() -> Post:
    told = {"from": "081200001234", "text": TEXT, "id": "1001", "timestamp": "1773628200", "secret": GATEWAY_SECRET}
    raw, headers = urlencode(told).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    return lambda http: http.post("/v1/sms/webhook", content=raw, headers=headers)


DIRECT = json.dumps({"object": "instagram", "entry": [{"id": "1", "messaging": [direct("mid.1", TEXT)]}]}).encode()


@pytest.mark.parametrize(
    ("channel", "post"),
    [
        ("whatsapp", signed("/v1/whatsapp/webhook", webhook(message("wamid.1", TEXT)))),
        ("instagram", signed("/v1/instagram/webhook", DIRECT)),
        ("sms", form()),
    ],
    ids=["whatsapp", "instagram", "sms"],
)
async def test_a_thousand_deliveries_of_one_message_are_one_complaint(world: World, channel: str, post: Post) -> None:
    await migrate(world.database.dsn("intake_owner"), "intake", MIGRATIONS)
    async with contextlib.AsyncExitStack() as stack:
        doors = []
        for replica in ("1", "2"):
            live = await stack.enter_async_context(running(service(world, replica), relay=True))
            transport = httpx.ASGITransport(app=web_of(live))
            doors.append(
                await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://intake"))
            )
        answers = await asyncio.gather(*(post(doors[number % 2]) for number in range(AT_ONCE)))
        # What was answered with 200 is durable, and none was refused.
        assert {answer.status_code for answer in answers} == {200}
        rows = await world.rows("intake", "SELECT type, data FROM events ORDER BY position")
        filed = [json.loads(row["data"]) for row in rows if row["type"] == "submission.submitted"]
        assert [(one["channel"], one["text"]) for one in filed] == [(channel, TEXT)]
        assert [row["type"] for row in rows].count("contact.linked") == 1

        async def sent() -> bool:
            return not await world.rows("intake", "SELECT 1 FROM outbox")

        await until(sent, "the outbox is empty", 30)
    [stream] = [one for one in INTERNAL if one.topic == SUBMISSIONS]
    told = taken(world.kafka, SUBMISSIONS, stream.partitions)
    assert [body["ticket"] for _, _, _, body in told] == [filed[0]["ticket"]]
