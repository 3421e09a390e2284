"""The system under load that a run disturbs: two replicas of each service, citizens, OPDs and the outside world."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from deploy.books.look import Books
from deploy.local.demo.stubs_process import Stubs
from deploy.local.kafka_cluster import LocalCluster
from deploy.local.process import free_port
from deploy.local.replica import Replica
from deploy.local.system import System
from deploy.postgres.apply import DATABASE, in_database
from tests.chaos.filer import Filer
from tests.chaos.offices import Offices
from tests.chaos.plan import SERVICES, Act
from tests.chaos.verdict import Verdict, at_rest
from tests.support.raw import login

Report = Callable[[str], None]
Faults = Mapping[str, Act]
# A complaint is through when the router has opened its case and sla has read that: it has passed Kafka twice.
THROUGH = """
SELECT count(*) FROM intake.state AS complaint JOIN sla.state AS clocks USING (key)
WHERE complaint.data->>'ticket' = ANY($1::text[]) AND clocks.data IS NOT NULL"""
GIVES_UP_AFTER_S = 90.0


def fault(act: Act | None) -> dict[str, str]:
    """Return the environment that makes a process die at the act's point, or nothing without an act."""
    return {"TANGGAP_DEVELOPMENT": "1", "TANGGAP_FAULT": f"{act.point}:{act.count}"} if act else {}


@dataclass
class Field:
    """A running system with its load. What goes wrong is told to ``verdict``; ``report`` prints what happens."""

    system: System
    stubs: Stubs
    filer: Filer
    offices: Offices
    rng: random.Random
    report: Report
    verdict: Verdict = field(default_factory=Verdict)
    began: float = field(default_factory=time.monotonic)

    @property
    def kafka(self) -> LocalCluster:
        assert self.system.infra.kafka
        return self.system.infra.kafka

    @property
    def admin_dsn(self) -> str:
        return in_database(self.system.infra.admin_dsn, DATABASE)

    async def value(self, query: str, *values: Any) -> Any:
        """Return the one value of a query that the superuser asks."""
        connection = await asyncpg.connect(self.admin_dsn)
        try:
            return await connection.fetchval(query, *values)
        finally:
            await connection.close()

    async def until_through(self, since: float, seconds: float = GIVES_UP_AFTER_S) -> float:
        """Wait until all complaints that were taken in the second after ``since`` have passed Kafka twice.

        When none was taken then, the next second with one counts. Return the seconds from ``since`` until they are
        through. They lie in all partitions, so none of these stands still.
        """
        began = since
        await asyncio.sleep(max(0.0, since + 1 - time.monotonic()))
        async with asyncio.timeout(seconds):
            while not (tickets := [ticket for ticket, at in self.filer.taken.items() if since < at < since + 1]):
                since += 1
                await asyncio.sleep(1)
            while await self.value(THROUGH, tickets) < len(tickets):
                await asyncio.sleep(0.2)
        return time.monotonic() - began

    async def rest(self) -> Any:
        """Wait until nothing moves and all messages are reported. Return the last comparison of the books."""
        books = Books(self.system.addresses.dsn("books"), settle=0.5)
        await at_rest(self.admin_dsn, books)
        async with httpx.AsyncClient(base_url=self.stubs.url, trust_env=False) as client, asyncio.timeout(60):
            while (await client.get("/tally")).json()["statuses_waiting"]:
                await asyncio.sleep(0.2)
        await asyncio.sleep(1)
        return await at_rest(self.admin_dsn, books)


@contextlib.asynccontextmanager
async def under_load(
    folder: Path, seed: int, report: Report, *, complaints: int, pace: float, faults: Faults, **built: Any
) -> AsyncIterator[Field]:
    """Start everything and the load. Leaving the block ends the load when ``complaints`` are filed, and stops all.

    ``built`` goes to the `System`. The OPDs work until the end, so that what is filed last is answered too.
    """
    stubs = Stubs(folder, free_port(), free_port())
    await stubs.start()
    extra = stubs.settings()
    extra["intake"] |= {"ADAPTER_RATE": "100000", "ADAPTER_BURST": "100000"}
    try:
        async with System(folder, extra=extra, **built) as system:
            second = [(system.replica(service, 2), fault(faults.get(service))) for service in SERVICES]
            await asyncio.gather(*(_started(replica, more) for replica, more in second))
            urls = [system.replica("intake", number).url for number in (1, 2)]
            # Like the real WhatsApp, the stub reports statuses. Without them an unsure message would be sent again later.
            await stubs.report_to(f"{urls[0]}/v1/whatsapp/webhook")
            filer = Filer(urls, system.keys["intake.adapter"], random.Random(seed), wanted=complaints, pace=pace)
            assert system.infra.kafka
            offices = Offices(login(system.infra.kafka), random.Random(seed + 1))
            working = asyncio.create_task(offices.run())
            try:
                yield Field(system, stubs, filer, offices, random.Random(seed + 2), report)
            finally:
                working.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await working
    finally:
        await stubs.stop()


async def _started(replica: Replica, more: Mapping[str, str]) -> None:
    replica.start(**more)
    await replica.ready(90)
