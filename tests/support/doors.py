"""The HTTP doors of all four services, on real ports and the real Postgres, in their own event loop."""

import asyncio
import contextlib
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.local.postgres import LocalPostgres
from deploy.local.process import free_port
from deploy.secrets import Secrets
from services.intake.app import build as intake
from services.intake.settings import IntakeSettings
from services.notifier.app import build as notifier
from services.notifier.settings import NotifierSettings
from services.router.app import build as router
from services.router.settings import RouterSettings
from services.sla.app import build as sla
from services.sla.settings import SlaSettings
from shared.events.catalogue import CASES, SUBMISSIONS
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from shared.postgres.migrations import migrate
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from shared.web.server import WebServer
from tests.support.infra import Database
from tests.support.notifier_facts import TICKET, opened
from tests.support.router_facts import UNCLEAR, submitted
from tests.support.web import web_of

ROLES = {
    "intake": (("adapter", None), ("koordinator", None)),
    "router": (("koordinator", None), ("officer", "dishub"), ("arbiter", None)),
    "sla": (("koordinator", None), ("reader", None)),
    "notifier": (("operator", None),),
}
# A case of the router that no generated request names, so that its state never changes.
UNTOUCHED = "KT-2222-2222-2"
APP_SECRET = "rahasia-aplikasi"


@dataclass(frozen=True)
class Door:
    """One service: its address, a key for each of its roles, and the ticket of a case in it."""

    name: str
    address: str
    keys: Mapping[str, str]
    app: Any
    live: Running[Any]
    ticket: str
    secret: str = ""

    def bearer(self, role: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[role]}"}


def _services(database: Database, files: Path, console_port: int) -> dict[str, Any]:
    console = f"http://127.0.0.1:{console_port}"

    def told(name: str, **more: Any) -> dict[str, Any]:
        asks = {} if name == "router" else {"accounts_url": console}
        urls = {"public_url": "http://127.0.0.1", "console_url": console, **asks}
        return {"dsn": database.dsn(name), "secret": "ab" * 32, **urls, **more}

    wide = {"web_burst": 100_000, "web_rate": 1_000_000, "adapter_rate": 100_000, "adapter_burst": 100_000}
    whatsapp = {"whatsapp_app_secrets": APP_SECRET, "whatsapp_verify_token": "kata"}
    return {
        "intake": intake(IntakeSettings.model_validate(told("intake", **wide, **whatsapp, media_folder=files))),
        "router": router(RouterSettings.model_validate(told("router"))),
        "sla": sla(SlaSettings.model_validate(told("sla"))),
        "notifier": notifier(NotifierSettings.model_validate(told("notifier"))),
    }


async def hear(live: Running[Any], topic: str, fact: Any, key: UUID | None = None, sequence: int = 1) -> UUID:
    """Fold the first fact of a new key of another service, or a later one of a key, without Kafka. Return the key."""
    key, now = key or new_id(), datetime.now(UTC)
    await live.step.run(Batch([Item(key, fact, "test", now, new_id(), (key,), topic=topic, sequence=sequence)]))
    return key


@contextlib.asynccontextmanager
async def _open(name: str, service: Any, database: Database, port: int) -> AsyncIterator[Door]:
    await migrate(database.dsn(f"{name}_owner"), name, service.migrations)
    async with running(service) as live:
        app = web_of(live)
        server = WebServer(app, "127.0.0.1", port)
        task = asyncio.create_task(server.run())
        keys = {role: await Keys(live.pool).create(owner="Uji", role=role, opd=opd) for role, opd in ROLES[name]}
        address, ticket, secret = f"http://127.0.0.1:{port}", TICKET, ""
        async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=8), base_url=address) as http:
            await http.get("/robots.txt")
            if name == "intake":
                given = {"text": "Lampu jalan padam di Loa Janan", "external_id": "contoh-1"}
                filed = await http.post(
                    "/v1/submissions", json=given, headers={"Authorization": f"Bearer {keys['adapter']}"}
                )
                ticket, secret = filed.json()["ticket"], filed.json()["link"].rpartition("/")[2]
        if name == "router":
            await hear(live, SUBMISSIONS, submitted(UNCLEAR))
            await hear(live, SUBMISSIONS, submitted(UNCLEAR, ticket=UNTOUCHED))
        if name == "sla":
            await hear(live, CASES, opened(datetime.now(UTC)))
        try:
            yield Door(name, address, keys, app, live, ticket, secret)
        finally:
            server.stop()
            await task


class Doors:
    """All four services in a thread with its own event loop, so that synchronous tests can call them."""

    def __init__(self, database: Database) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        self._files = tempfile.TemporaryDirectory(prefix="tanggap-files-")
        self.doors: dict[str, Door] = self.run(self._start(database))

    async def _start(self, database: Database) -> dict[str, Door]:
        ports = {name: free_port() for name in ROLES}
        return {
            name: await self._stack.enter_async_context(_open(name, service, database, ports[name]))
            for name, service in _services(database, Path(self._files.name), ports["router"]).items()
        }

    def run(self, work: Any) -> Any:
        """Await a coroutine in the services' loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def stop(self) -> None:
        """Close the services and the loop."""
        self.run(self._stack.aclose())
        self._files.cleanup()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture(scope="session")
def doors_loop(postgres: LocalPostgres, secrets: Secrets) -> Iterator[Doors]:
    """Yield the four services, shared by all tests that use only their doors."""
    database = Database(postgres, secrets)
    own = Doors(database)
    yield own
    own.stop()
    database.drop()


@pytest.fixture
def doors(doors_loop: Doors) -> dict[str, Door]:
    """Return the four doors by name."""
    return doors_loop.doors
