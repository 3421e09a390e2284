"""One chaos run: the load, what disturbs it, and the verdict."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx

from deploy.audit.anchors import read_anchors
from deploy.audit.look import Audit
from tests.chaos.field import Faults, Field, Report, under_load
from tests.chaos.monkey import TAKES_OVER_WITHIN_S, Monkey
from tests.chaos.plan import Round, armed
from tests.chaos.verdict import Verdict, of_chains, of_logs, of_topics, written_last
from tests.support.raw import login

Disturb = Callable[[Field], Awaitable[None]]


async def shake(
    folder: Path, seed: int, rounds: Sequence[Round], *, complaints: int, pace: float, report: Report
) -> Verdict:
    """Start the system, put load on it, carry out the plan, and return the verdict."""

    async def disturb(field: Field) -> None:
        monkey = Monkey(field.system, armed(rounds), report)
        for acts in rounds:
            await asyncio.gather(*(monkey.act(act) for act in acts))
        verdict = field.verdict
        verdict.none(len(monkey.unreached), f"acts that did not happen ({', '.join(monkey.unreached)})")
        slow = [service for service, took in monkey.takeovers.items() if took > TAKES_OVER_WITHIN_S]
        verdict.none(len(slow), f"stand-bys that took over late ({', '.join(slow)})")
        verdict.figures["acts"] = sum(map(len, rounds))
        verdict.figures["takeover_seconds"] = {one: round(took, 1) for one, took in monkey.takeovers.items()}

    return await disturbed(folder, seed, disturb, complaints=complaints, pace=pace, report=report, faults=armed(rounds))


async def disturbed(
    folder: Path,
    seed: int,
    disturb: Disturb,
    *,
    complaints: int,
    pace: float,
    report: Report,
    faults: Faults | None = None,
    topics_whole: bool = True,
    **built: Any,
) -> Verdict:
    """Start the system, put load on it, disturb it, let it come to rest, and return the verdict.

    Without ``topics_whole`` the records in Kafka are not checked, because the disturbance takes some of them away.
    """
    faults = faults or {}
    async with under_load(folder, seed, report, complaints=complaints, pace=pace, faults=faults, **built) as field:
        async with asyncio.TaskGroup() as group:
            group.create_task(field.filer.run())
            await asyncio.sleep(1)
            await disturb(field)
            field.filer.enough.set()
        report(f"{len(field.filer.tickets)} complaints filed; waiting until nothing moves")
        loaded = time.monotonic() - field.began
        final = await field.rest()
        await _judge(field, final)
        if topics_whole:
            written = await written_last(field.admin_dsn)
            await asyncio.to_thread(of_topics, field.verdict, login(field.kafka), written)
        field.verdict.figures |= {
            "seed": seed,
            "loaded_seconds": round(loaded, 1),
            "seconds": round(time.monotonic() - field.began, 1),
        }
        return field.verdict


async def _judge(field: Field, final: Any) -> None:
    """Check that nothing is lost, doubled or out of order in the four schemas and with the people outside."""
    verdict, filer, system = field.verdict, field.filer, field.system
    if not final.balanced:
        verdict.wrong.append(f"the books do not balance: {len(final.missing)} missing, {len(final.absent)} absent")
    tickets = set(filer.tickets.values())
    verdict.none(
        sum(known != len(tickets) for known in final.known.values()), "schemas that do not know every complaint"
    )
    verdict.none(len(tickets) != len(filer.tickets), "tickets given twice")
    verdict.none(len(filer.contradictions), "repeats that were given another ticket")
    verdict.none(len(filer.refused), "complaints refused")
    verdict.none(len(system.died()), f"processes that ended unasked ({', '.join(system.died())})")
    await of_logs(verdict, field.admin_dsn, tickets)
    await of_chains(verdict, Audit(system.addresses.dsn("books")), read_anchors(system.anchors))
    async with httpx.AsyncClient(base_url=field.stubs.url, trust_env=False) as client:
        tally = (await client.get("/tally")).json()
    verdict.none(tally["duplicated"], "messages that reached somebody twice")
    verdict.figures |= {"updates": len(field.offices.accepted), "notified": tally["notified"]}
