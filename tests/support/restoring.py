"""A running system that is backed up under load, loses its database, and gets an older one beside a Kafka that knows more."""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from deploy.backup import physical
from deploy.books.look import Books
from deploy.books.offices import OfficeStreams
from deploy.books.report import Report
from deploy.kafka import apply as cluster
from deploy.local import process
from deploy.local.postgres import ACCOUNT, LocalPostgres, initdb_program
from deploy.local.replica import ROOT
from deploy.local.system import System
from deploy.postgres.apply import DATABASE, SERVICES
from shared.events.catalogue import INTERNAL
from shared.reference import opds
from tests.chaos.filer import Filer
from tests.chaos.offices import Offices
from tests.chaos.verdict import at_rest
from tests.support.raw import Place, each, login

PACE = 10


class Restoring:
    """The system with its load and its backups."""

    def __init__(self, system: System, folder: Path) -> None:
        self.system = system
        self.folder = folder
        kafka, postgres = system.infra.kafka, system.infra.postgres
        assert kafka
        assert isinstance(postgres, LocalPostgres)
        self.kafka, self.postgres = kafka, postgres
        admin = cluster.login(system.infra.bootstrap, system.infra.kafka_security, *system.infra.kafka_admin)
        self.books = Books(system.addresses.dsn("books"), settle=0.5, offices=OfficeStreams(admin, opds()))
        self.filer = Filer([system.url("intake")], system.keys["intake.adapter"], random.Random(7), wanted=1, pace=PACE)

    @property
    def database(self) -> str:
        return self.system.infra.admin_dsn.rpartition("/")[0] + f"/{DATABASE}"

    @contextlib.asynccontextmanager
    async def load(self) -> AsyncIterator[None]:
        """File complaints, and let the OPDs answer them. At the end wait until nothing moves."""
        offices = asyncio.create_task(Offices(login(self.kafka), random.Random(8)).run())
        filing = asyncio.create_task(self.filer.run())
        try:
            yield
            self.filer.enough.set()
            await filing
            assert (await self.rest()).balanced
        finally:
            for task in (offices, filing):
                task.cancel()
            await asyncio.gather(offices, filing, return_exceptions=True)

    async def rest(self) -> Report:
        """Wait until nothing moves, and return the last report of the books. What is on its way is missing nowhere."""
        await at_rest(self.database, self.books)
        await asyncio.sleep(3)
        report: Report = await at_rest(self.database, self.books)
        return report

    async def more(self, count: int) -> None:
        """Wait until so many more complaints have a ticket."""
        wanted = len(self.filer.tickets) + count
        async with asyncio.timeout(120):
            while len(self.filer.tickets) < wanted:
                await asyncio.sleep(0.1)

    @contextlib.contextmanager
    def archiving(self) -> Any:
        """Archive the WAL meanwhile."""
        programs, env = initdb_program().parent, physical.environment(self.system.infra.admin_dsn)
        physical.run(physical.slot_command(programs), env)
        command = physical.wal_command(programs, self.folder)
        archive = process.start("archive", command, self.folder / "wal.log", env={**os.environ, **env}, cwd=ROOT)
        try:
            yield
        finally:
            archive.stop(signal.SIGINT)

    async def now(self) -> datetime:
        """Return the server's time, as an instant to which a restore may go."""
        return datetime.fromisoformat(str((await self.rows("SELECT clock_timestamp() AS now"))[0]["now"]))

    async def rows(self, sql: str, server: str | None = None) -> list[Any]:
        """Return rows of the database, read as the administrator of its server or of another one."""
        admin_dsn = server or self.system.infra.admin_dsn
        connection = await asyncpg.connect(admin_dsn.rpartition("/")[0] + f"/{DATABASE}")
        try:
            return list(await connection.fetch(sql))
        finally:
            await connection.close()

    async def keys(self, sql: str, server: str | None = None) -> set[UUID]:
        """Return the keys of these rows."""
        return {row["key"] for row in await self.rows(sql, server)}

    async def stop_services(self) -> None:
        await asyncio.gather(*(asyncio.to_thread(replica.stop) for replica in self.system.replicas.values()))

    async def start_services(self) -> None:
        """Start the services, the router last."""
        for name in ("intake", "sla", "notifier", "router"):
            self.system.replica(name).start()
            await self.system.replica(name).ready(180)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "deploy.backup", *words]

    def environment(self) -> dict[str, str]:
        """Return the variables of the commands."""
        path = f"{initdb_program().parent}:{os.environ['PATH']}"
        return {
            "PATH": path,
            "TANGGAP_BACKUP": str(self.folder),
            "TANGGAP_ADMIN_DSN": self.system.infra.admin_dsn,
            "TANGGAP_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "TANGGAP_KAFKA_ADMIN_PASSWORD": self.kafka.admin_password,
        }

    async def run(self, *words: str) -> None:
        """Run a command of the backup. Raises BackupFailed when it fails."""
        await asyncio.to_thread(physical.run, self.command(*words), self.environment())

    async def go_back(self, until: datetime) -> None:
        """Replace the database by what it was at an instant. The services are stopped."""
        data = self.postgres.root / "data"
        await asyncio.to_thread(self.postgres.stop)
        data.rename(data.with_name("lost"))
        owner = ("--owner", ACCOUNT) if os.geteuid() == 0 else ()
        await self.run("restore", "--into", str(data), "--until", _instant(until), *owner)
        await asyncio.to_thread(self.postgres.start)
        async with asyncio.timeout(60):
            while (await self.rows("SELECT pg_is_in_recovery() AS on"))[0]["on"]:
                await asyncio.sleep(0.1)

    async def beside(self, until: datetime) -> LocalPostgres:
        """Start a second server with the database as it was at an instant."""
        other = LocalPostgres(self.folder / "beside")
        owner = ("--owner", ACCOUNT) if os.geteuid() == 0 else ()
        await self.run("restore", "--into", str(other.root / "data"), "--until", _instant(until), *owner)
        shutil.copy(self.postgres.root / "password", other.root / "password")
        await asyncio.to_thread(other.start)
        return other

    def delete_groups(self) -> None:
        """Delete the consumer groups of all services, as an emptied offsets topic would."""
        admin = cluster.admin_client(
            self.kafka.bootstrap, "SASL_PLAINTEXT", self.kafka.admin_user, self.kafka.admin_password
        )
        for deleted in admin.delete_consumer_groups([*SERVICES, "router.external"]).values():
            deleted.result()

    def in_kafka(self) -> list[tuple[str, UUID, UUID]]:
        """Return type, key and id of every event that Kafka holds."""
        found = []
        for stream in INTERNAL:
            for record in each(login(self.kafka), [Place(stream.topic, number) for number in range(stream.partitions)]):
                named = {name: bytes(value or b"").decode() for name, value in record.headers() or []}
                key = UUID(bytes(record.key() or b"").decode())
                found.append((named["ce_type"], key, UUID(named["ce_id"])))
        return found

    async def file(self, prefix: str, count: int) -> list[str]:
        """File complaints and return their tickets."""
        items = [
            {
                "external_id": f"{prefix}-{number}",
                "text": f"Lampu jalan di RT {number} mati sejak Senin.",
                "channel": "sms",
            }
            for number in range(count)
        ]
        headers = {"Authorization": f"Bearer {self.system.keys['intake.adapter']}"}
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            answer = await client.post(f"{self.system.url('intake')}/v1/submissions", json=items, headers=headers)
        answer.raise_for_status()
        return [item["ticket"] for item in answer.json()["items"]]


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"
