"""One chaos run: the whole system with two replicas of each service, the load, the plan and the verdict."""

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from deploy.audit.anchors import read_anchors
from deploy.audit.look import Audit
from deploy.books.look import Books
from deploy.local.demo.stubs_process import Stubs
from deploy.local.process import free_port
from deploy.local.replica import Replica
from deploy.local.system import System
from deploy.postgres.apply import DATABASE
from tests.chaos.filer import Filer
from tests.chaos.monkey import TAKES_OVER_WITHIN_S, Monkey, fault
from tests.chaos.offices import Offices
from tests.chaos.plan import SERVICES, Round, armed
from tests.chaos.verdict import Verdict, at_rest, of_chains, of_logs, of_topics, written_last
from tests.support.raw import login


async def shake(
    folder: Path, seed: int, rounds: Sequence[Round], *, complaints: int, pace: float, report: Callable[[str], None]
) -> Verdict:
    """Start the system, put load on it, carry out the plan, and return the verdict."""
    stubs = Stubs(folder, free_port(), free_port())
    await stubs.start()
    extra = stubs.settings()
    extra["intake"] |= {"ADAPTER_RATE": "100000", "ADAPTER_BURST": "100000"}
    try:
        async with System(folder, extra=extra) as system:
            faults = armed(rounds)
            await asyncio.gather(
                *(_started(system.replica(service, 2), **fault(faults.get(service))) for service in SERVICES)
            )
            return await _shaken(system, stubs, seed, rounds, complaints=complaints, pace=pace, report=report)
    finally:
        await stubs.stop()


async def _started(replica: Replica, **more: str) -> None:
    replica.start(**more)
    await replica.ready(90)


async def _all_reported(stubs: Stubs) -> None:
    """Wait until the WhatsApp stub has reported all its statuses."""
    async with httpx.AsyncClient(base_url=stubs.url, trust_env=False) as client, asyncio.timeout(60):
        while (await client.get("/tally")).json()["statuses_waiting"]:
            await asyncio.sleep(0.2)


async def _shaken(
    system: System,
    stubs: Stubs,
    seed: int,
    rounds: Sequence[Round],
    *,
    complaints: int,
    pace: float,
    report: Callable[[str], None],
) -> Verdict:
    kafka = system.infra.kafka
    assert kafka
    began = time.monotonic()
    urls = [system.replica("intake", number).url for number in (1, 2)]
    # Like the real WhatsApp, the stub reports statuses. Without them an unsure message would be sent again later.
    await stubs.report_to(f"{urls[0]}/v1/whatsapp/webhook")
    filer = Filer(urls, system.keys["intake.adapter"], random.Random(seed), wanted=complaints, pace=pace)
    offices, monkey = Offices(login(kafka), random.Random(seed + 1)), Monkey(system, armed(rounds), report)
    working = asyncio.create_task(offices.run())
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(filer.run())
            await asyncio.sleep(1)
            for acts in rounds:
                await asyncio.gather(*(monkey.act(act) for act in acts))
            filer.enough.set()
        report(f"{len(filer.tickets)} complaints filed; waiting until nothing moves")
        loaded = time.monotonic() - began
        admin_dsn = system.infra.admin_dsn.rpartition("/")[0] + f"/{DATABASE}"
        books = Books(system.addresses.dsn("books"), settle=0.5)
        await at_rest(admin_dsn, books)
        await _all_reported(stubs)
        await asyncio.sleep(1)
        final = await at_rest(admin_dsn, books)
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    verdict = Verdict()
    if not final.balanced:
        verdict.wrong.append(f"the books do not balance: {len(final.missing)} missing, {len(final.absent)} absent")
    tickets = set(filer.tickets.values())
    verdict.none(
        sum(known != len(tickets) for known in final.known.values()), "schemas that do not know every complaint"
    )
    verdict.none(len(tickets) != len(filer.tickets), "tickets given twice")
    verdict.none(len(filer.contradictions), "repeats that were given another ticket")
    verdict.none(len(filer.refused), "complaints refused")
    verdict.none(len(monkey.unreached), f"acts that did not happen ({', '.join(monkey.unreached)})")
    slow = [service for service, took in monkey.takeovers.items() if took > TAKES_OVER_WITHIN_S]
    verdict.none(len(slow), f"stand-bys that took over late ({', '.join(slow)})")
    verdict.none(len(system.died()), f"processes that ended unasked ({', '.join(system.died())})")
    await of_logs(verdict, admin_dsn, tickets)
    await of_chains(verdict, Audit(system.addresses.dsn("books")), read_anchors(system.anchors))
    written = await written_last(admin_dsn)
    await asyncio.to_thread(of_topics, verdict, login(kafka), written)
    async with httpx.AsyncClient(base_url=stubs.url, trust_env=False) as client:
        tally = (await client.get("/tally")).json()
    verdict.none(tally["duplicated"], "messages that reached somebody twice")
    verdict.figures |= {
        "seed": seed,
        "acts": sum(map(len, rounds)),
        "updates": len(offices.accepted),
        "notified": tally["notified"],
        "takeover_seconds": {service: round(took, 1) for service, took in monkey.takeovers.items()},
        "loaded_seconds": round(loaded, 1),
        "seconds": round(time.monotonic() - began, 1),
    }
    return verdict
