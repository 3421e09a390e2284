"""The intake service for tests: in this process, on the real Postgres, with its HTTP door but without a socket."""

import asyncio
import contextlib
import hashlib
import hmac
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import openpyxl
import pytest
from starlette.types import ASGIApp

from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared.postgres.migrations import migrate
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.support.infra import Database
from tests.support.web import web_of

SECRET = "cd" * 32
APP_SECRET = "rahasia-aplikasi"
VERIFY_TOKEN = "kata-kunci"
GATEWAY_SECRET = "rahasia-gerbang"
INSTAGRAM_ACCOUNT = "17841400000000001"
MIGRATIONS = Path(__file__).parents[2] / "services" / "intake" / "migrations"


@dataclass
class Intake:
    """A running intake with a client of its HTTP door and access to its schema."""

    live: Running[Any]
    http: httpx.AsyncClient
    database: Database
    settings: IntakeSettings
    key: str
    app: ASGIApp

    async def post(self, body: Any, **headers: str) -> httpx.Response:
        """Post an adapter's submission."""
        return await self.http.post(
            "/v1/submissions", json=body, headers={"Authorization": f"Bearer {self.key}"} | headers
        )

    async def whatsapp(self, *messages: dict[str, Any], **value: Any) -> httpx.Response:
        """Post a signed webhook with these messages."""
        return await self.signed(webhook(*messages, **value))

    async def signed(self, raw: bytes, secret: str = APP_SECRET) -> httpx.Response:
        """Post a webhook body, signed as the platform signs it."""
        signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return await self.http.post("/v1/whatsapp/webhook", content=raw, headers={"X-Hub-Signature-256": signature})

    async def instagram(self, *events: dict[str, Any], secret: str = APP_SECRET) -> httpx.Response:
        """Post a signed webhook of Instagram with these events."""
        entry = {"id": INSTAGRAM_ACCOUNT, "time": 1773628200000, "messaging": list(events)}
        raw = json.dumps({"object": "instagram", "entry": [entry]}).encode()
        signature = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        return await self.http.post("/v1/instagram/webhook", content=raw, headers={"X-Hub-Signature-256": signature})

    async def sms(self, own: str, text: str, sender: str = "+6281200001234", **more: str) -> httpx.Response:
        """Post one SMS as the gateway does."""
        form = {"from": sender, "text": text, "id": own, "timestamp": "1773628200", "secret": GATEWAY_SECRET}
        return await self.http.post("/v1/sms/webhook", data=form | more)

    async def new_key(self, role: str, owner: str, opd: str | None = None) -> str:
        """Create an API key of a role."""
        return await Keys(self.live.pool).create(owner=owner, role=role, opd=opd)

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        """Return rows of intake's schema, read as the server's administrator."""
        connection = await asyncpg.connect(self.database.admin_dsn, server_settings={"search_path": "intake"})
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def events(self, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Return (type, data) of the events in the log, in order. ``prefix`` restricts the types."""
        rows = await self.rows("SELECT type, data FROM events WHERE type LIKE $1 || '%' ORDER BY position", prefix)
        return [(row["type"], json.loads(row["data"])) for row in rows]

    async def complaint(self, ticket: str) -> Any:
        """Return (key, data) of the state row of a ticket."""
        rows = await self.rows("SELECT key, data FROM state WHERE data->>'ticket' = $1", ticket)
        return rows[0]["key"], json.loads(rows[0]["data"])


def message(wamid: str, text: str, sender: str = "6280000000123", **more: Any) -> dict[str, Any]:
    """Return a WhatsApp text message."""
    return {"from": sender, "id": wamid, "timestamp": "1773628200", "type": "text", "text": {"body": text}} | more


def direct(mid: str, text: str, sender: str = "17841400000000123", **more: Any) -> dict[str, Any]:
    """Return an event of Instagram with a text."""
    told = {"mid": mid, "text": text} | more
    return {
        "sender": {"id": sender},
        "recipient": {"id": INSTAGRAM_ACCOUNT},
        "timestamp": 1773628200000,
        "message": told,
    }


def webhook(*messages: dict[str, Any], **value: Any) -> bytes:
    """Return a webhook body."""
    told = {"metadata": {"phone_number_id": "100"}, "messages": list(messages)} | value
    changes = [{"field": "messages", "value": told}]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


COLUMNS = [
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Klasifikasi Laporan",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Kota/Kabupaten",
]


def laporan_row(tracking_id: str, status: str = "Belum Terverifikasi", **cells: str) -> list[str]:
    """Return a row of an export."""
    row = dict(
        zip(
            COLUMNS,
            [
                tracking_id,
                "18 Jan 2024",
                "01:33:26",
                "Pengaduan Tidak Berkadar Pengawasan",
                "Jalan rusak",
                "Jalan provinsi di Loa Janan rusak",
                "",
                "Website",
                "Dinas Pekerjaan Umum",
                status,
                "Kutai Kartanegara",
            ],
            strict=True,
        )
    )
    return list((row | cells).values())


def laporan(*rows: list[str], columns: list[str] = COLUMNS) -> bytes:
    """Return an export file."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in (["Judul Laporan", "Laporan Ringkas"], columns, *rows):
        page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def settings_of(database: Database, **more: Any) -> IntakeSettings:
    """Return settings of an intake on this database, without Kafka."""
    given: dict[str, Any] = {
        "dsn": database.dsn("intake"),
        "owner_dsn": database.dsn("intake_owner"),
        "secret": SECRET,
        "whatsapp_app_secrets": f"baru,{APP_SECRET}",
        "whatsapp_verify_token": VERIFY_TOKEN,
        "instagram_app_secrets": APP_SECRET,
        "instagram_verify_token": VERIFY_TOKEN,
        "sms_secrets": f"lama,{GATEWAY_SECRET}",
        "public_url": "https://aduan.contoh.id",
        "web_burst": 1000,
        "web_rate": 60000,
        "adapter_rate": 100,
        "adapter_burst": 5000,
    }
    return IntakeSettings(**(given | more))


@pytest.fixture(scope="session")
def intake_database(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Database]:
    """Yield one database with intake's tables for all tests of a session."""
    own = Database(postgres, secrets)
    asyncio.run(migrate(own.dsn("intake_owner"), "intake", MIGRATIONS))
    yield own
    own.drop()


async def empty(database: Database) -> None:
    """Delete every row, as the server's administrator."""
    connection = await asyncpg.connect(database.admin_dsn, server_settings={"search_path": "intake"})
    try:
        tables = "state, events, outbox, claims, offsets, parked, keys, reads, provider_messages, own_messages, media, web_forms"
        await connection.execute(f"TRUNCATE {tables}, media_links, media_doomed, complaint_words, evidence")
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def opened(database: Database, **more: Any) -> AsyncIterator[Intake]:
    """Yield an intake with an adapter's key, empty tables and no relay. ``more`` overrides settings."""
    await empty(database)
    settings = settings_of(database, **more)
    service = build(settings)
    async with running(service) as live:
        transport = httpx.ASGITransport(app=web_of(live))
        async with httpx.AsyncClient(transport=transport, base_url="https://aduan.contoh.id") as http:
            key = await Keys(live.pool).create(owner="SMS Gateway", role="adapter", opd=None)
            yield Intake(live, http, database, settings, key, transport.app)


@pytest.fixture
async def intake(intake_database: Database) -> AsyncIterator[Intake]:
    """Yield an intake with an adapter's key, empty tables and no relay."""
    async with opened(intake_database) as running_intake:
        yield running_intake
