"""Intake, router and notifier on the real Kafka and Postgres, with the platform that holds what citizens send."""

import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.local.process import free_port
from deploy.secrets import Secrets
from services.intake.app import build as intake
from services.intake.settings import IntakeSettings
from services.notifier.app import build as notifier
from services.notifier.settings import NotifierSettings
from services.router.app import build as router
from services.router.settings import RouterSettings
from services.router.state import Case
from shared.postgres.migrations import migrate
from shared.runtime.app import App
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.support.browser import serving
from tests.support.infra import Database
from tests.support.intake import webhook
from tests.support.live import working
from tests.support.receiver import Receiver, receiver
from tests.support.toys import empty_streams, until
from tests.support.web import web_of

SECRET, APP_SECRET = "ab" * 32, "rahasia-aplikasi"
CITIZEN = "6280000000123"


@dataclass
class FilesWorld:
    """The running services. ``site`` is a client of intake's address, ``desk`` one of the router's pages."""

    database: Database
    lives: dict[str, Running[Any]]
    platform: Receiver
    site: httpx.AsyncClient
    desk: httpx.AsyncClient
    folder: Path
    sent: int = 0

    def holds(self, media: str, content: bytes) -> None:
        """Let the platform hold a file under an id."""
        place = {"url": f"{self.platform.url}/berkas/{media}", "mime_type": "text/plain", "file_size": len(content)}
        self.platform.answers |= {
            f"/v24.0/{media}": _answer(json.dumps(place).encode()),
            f"/berkas/{media}": _answer(content),
        }

    async def sends(self, kind: str = "text", **content: Any) -> None:
        """Let the citizen send a message of this kind."""
        self.sent += 1
        said = {"from": CITIZEN, "id": f"wamid.{self.sent}", "timestamp": "1773628200", "type": kind, kind: content}
        raw = webhook(said)
        signature = hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        answer = await self.site.post(
            "/v1/whatsapp/webhook", content=raw, headers={"X-Hub-Signature-256": f"sha256={signature}"}
        )
        assert answer.status_code == 200

    async def key(self, service: str, role: str, opd: str | None = None) -> dict[str, str]:
        """Return the headers of a caller with a new key."""
        key = await Keys(self.lives[service].pool).create(owner="uji", role=role, opd=opd)
        return {"Authorization": f"Bearer {key}"}

    async def rows(self, schema: str, sql: str, *values: Any) -> list[Any]:
        """Return rows of a service's schema, read as the server's administrator."""
        connection = await asyncpg.connect(self.database.admin_dsn, server_settings={"search_path": schema})
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()

    async def case(self) -> Case:
        """Return the one case."""
        [row] = await self.rows("router", "SELECT data FROM state WHERE data IS NOT NULL")
        return Case.model_validate_json(row["data"])

    async def complaint(self) -> dict[str, Any]:
        """Return the state of the one complaint at intake."""
        [row] = await self.rows("intake", "SELECT data FROM state WHERE data ->> 'kind' = 'complaint'")
        found: dict[str, Any] = json.loads(row["data"])
        return found

    async def becomes(self, check: Callable[[Case], Any], what: str) -> Case:
        """Wait until the one case is so, and return it."""

        async def so() -> bool:
            found = await self.rows("router", "SELECT data FROM state WHERE data IS NOT NULL")
            return len(found) == 1 and bool(check(Case.model_validate_json(found[0]["data"])))

        await until(so, what)
        return await self.case()

    async def shows(self, check: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """Wait until the one complaint at intake is so, and return it."""

        async def so() -> bool:
            return bool(check(await self.complaint()))

        await until(so, what)
        return await self.complaint()


def _answer(content: bytes) -> bytes:
    return f"HTTP/1.1 200 OK\nContent-Length: {len(content)}\nConnection: close\n\n".encode() + content


def _apps(world: Database, kafka: LocalKafka, secrets: Secrets, public: str, base: str, folder: Path) -> list[App[Any]]:
    def given(name: str, **more: Any) -> dict[str, Any]:
        return {
            "dsn": world.dsn(name),
            "owner_dsn": world.dsn(f"{name}_owner"),
            "kafka_bootstrap": kafka.bootstrap,
            "kafka_user": name,
            "kafka_password": secrets.get(f"kafka-{name}"),
            "kafka_security": "SASL_PLAINTEXT",
            "secret": SECRET,
            "public_url": public,
            **more,
        }

    own = {
        "whatsapp_app_secrets": APP_SECRET,
        "whatsapp_base": base,
        "whatsapp_token": "token",
        "media_folder": folder,
        "media_spool": folder.parent / "spool",
    }
    return [
        intake(IntakeSettings.model_validate(given("intake", **own))),
        router(RouterSettings.model_validate(given("router", opds="dishub,disdikbud"))),
        notifier(NotifierSettings.model_validate(given("notifier"))),
    ]


@contextlib.asynccontextmanager
async def _working(app: App[Any]) -> AsyncIterator[Running[Any]]:
    """Run a service with its relay, consumer, timers and loops."""
    async with running(app, relay=True) as live, working(live, *(loop(live) for loop in app.loops)):
        yield live


@contextlib.asynccontextmanager
async def files_world(
    database: Database, kafka: LocalKafka, admin: AdminClient, secrets: Secrets, folder: Path
) -> AsyncIterator[FilesWorld]:
    """Yield the three services with empty streams, intake and the desk on ports of their own."""
    empty_streams(admin, ("dishub", "disdikbud"))
    port = free_port()
    async with contextlib.AsyncExitStack() as stack:
        platform = await stack.enter_async_context(receiver())
        apps = _apps(database, kafka, secrets, f"http://127.0.0.1:{port}", platform.url, folder / "media")
        for app in apps:
            await migrate(database.dsn(f"{app.name}_owner"), app.name, app.migrations)
        lives = {app.name: await stack.enter_async_context(_working(app)) for app in apps}
        public = await stack.enter_async_context(serving(web_of(lives["intake"]), port))
        console = await stack.enter_async_context(serving(web_of(lives["router"])))
        client = partial(httpx.AsyncClient, trust_env=False)
        site = await stack.enter_async_context(client(base_url=public))
        desk = await stack.enter_async_context(client(base_url=console))
        yield FilesWorld(database, lives, platform, site, desk, folder / "media")
