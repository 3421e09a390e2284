"""One trace from a request to the message that tells the citizen, through all four services on the real Kafka."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import structlog
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from services.intake.app import build as intake
from services.intake.settings import IntakeSettings
from services.notifier.app import build as notifier
from services.notifier.settings import NotifierSettings
from services.router.app import build as router
from services.router.settings import RouterSettings
from services.sla.app import build as sla
from services.sla.settings import SlaSettings
from shared.postgres.migrations import migrate
from shared.runtime.app import App
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.integration.notifier.conftest import Stubs
from tests.support.infra import Database
from tests.support.toys import empty_streams, until
from tests.support.web import web_of

TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
TEXT = "Guru matematika SMA Negeri 3 Tenggarong tidak datang sejak awal bulan."


@pytest.fixture(scope="module")
def database(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    own = Database(postgres, secrets)
    yield own
    own.drop()


@pytest.fixture(scope="module")
def outside() -> Iterator[Stubs]:
    own = Stubs()
    yield own
    own.stop()


def apps(database: Database, kafka: LocalKafka, secrets: Secrets, outside: Stubs, files: Path) -> dict[str, App[Any]]:
    """Return the four services of one installation."""

    def given(name: str, **more: Any) -> dict[str, Any]:
        return {
            "dsn": database.dsn(name),
            "owner_dsn": database.dsn(f"{name}_owner"),
            "kafka_bootstrap": kafka.bootstrap,
            "kafka_user": name,
            "kafka_password": secrets.get(f"kafka-{name}"),
            "kafka_security": "SASL_PLAINTEXT",
            "secret": "ab" * 32,
            "public_url": "https://aduan.contoh.id",
            **more,
        }

    mail = {"smtp_host": "127.0.0.1", "smtp_port": outside.smtp_port, "smtp_tls": "none"}
    return {
        "intake": intake(IntakeSettings.model_validate(given("intake", media_folder=files))),
        "router": router(RouterSettings.model_validate(given("router"))),
        "sla": sla(SlaSettings.model_validate(given("sla"))),
        "notifier": notifier(NotifierSettings.model_validate(given("notifier", settle_seconds=0.1, **mail))),
    }


@contextlib.asynccontextmanager
async def working(app: App[Any]) -> AsyncIterator[Running[Any]]:
    """Run a service with its relay, its consumer and its loops."""
    async with running(app, relay=True) as live:
        consumer = live.consumer()
        tasks = [asyncio.create_task(loop) for loop in (consumer.run(), *(loop(live) for loop in app.loops))]
        try:
            yield live
        finally:
            await consumer.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def rows(database: Database, schema: str, sql: str) -> list[Any]:
    """Return rows of a service's schema, read as the server's administrator."""
    connection = await asyncpg.connect(database.admin_dsn, server_settings={"search_path": schema})
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


def statements_of_the_runbook() -> dict[str, str]:
    """Return the statements of the section about one request, each by the table that it reads."""
    page = (Path(__file__).parents[3] / "docs/runbook.md").read_text(encoding="utf-8")
    section = page.partition("## All of one request")[2].partition("\n## ")[0]
    found = re.findall(r"^(SELECT .* FROM (\w+) WHERE traceparent .*;)$", section, re.MULTILINE)
    return {table: line.replace("TRACE", TRACE_ID) for line, table in found}


@pytest.mark.timeout(180)
async def test_one_trace_leads_from_a_request_to_the_message_that_tells_the_citizen(
    database: Database,
    cluster_ready: LocalKafka,
    kafka_admin: AdminClient,
    secrets: Secrets,
    outside: Stubs,
    tmp_path: Path,
) -> None:
    empty_streams(kafka_admin)
    made = apps(database, cluster_ready, secrets, outside, tmp_path)
    for name, app in made.items():
        await migrate(database.dsn(f"{name}_owner"), name, app.migrations)
    async with contextlib.AsyncExitStack() as stack:
        lives = {name: await stack.enter_async_context(working(app)) for name, app in made.items()}
        key = await Keys(lives["intake"].pool).create(owner="Loket", role="adapter", opd=None)
        transport = httpx.ASGITransport(app=web_of(lives["intake"]))
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="https://aduan.contoh.id")
        )
        with structlog.testing.capture_logs() as logged:
            answer = await http.post(
                "/v1/submissions",
                json={"text": TEXT, "reporter": {"email": "warga@contoh.example"}},
                headers={"Authorization": f"Bearer {key}", "traceparent": TRACEPARENT},
            )
            assert answer.status_code == 201
            assert answer.headers["traceparent"].split("-")[1] == TRACE_ID

            async def planned() -> list[Any]:
                sql = "SELECT traceparent FROM messages WHERE traceparent IS NOT NULL"
                return await rows(database, "notifier", sql)

            messages = await until(planned, "a message is planned for the citizen", 90)

            async def told() -> bool:
                return any(line["event"] == "message.accepted" and line["trace_id"] == TRACE_ID for line in logged)

            await until(told, "the sending loop logs the message with its trace", 60)
        written = {
            name: await rows(database, name, "SELECT DISTINCT traceparent FROM events WHERE traceparent IS NOT NULL")
            for name in ("intake", "router", "sla")
        }
        asked = statements_of_the_runbook()
        by_hand = {name: await rows(database, name, asked["events"]) for name in written}
        by_hand |= {"messages": await rows(database, "notifier", asked["messages"])}
        # Notices wait only while an address is unknown, so there may be none.
        await rows(database, "notifier", asked["notices"])
    assert asked.keys() == {"events", "notices", "messages"}
    assert [name for name, found in by_hand.items() if not found] == []
    assert {name: [row["traceparent"].split("-")[1] for row in found] for name, found in written.items()} == {
        "intake": [TRACE_ID],
        "router": [TRACE_ID],
        "sla": [TRACE_ID],
    }
    assert {row["traceparent"].split("-")[1] for row in messages} == {TRACE_ID}
    assert [mail["to"] for mail in outside.messages("email")] == ["warga@contoh.example"]
