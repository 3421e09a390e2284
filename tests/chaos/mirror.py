"""Kill the router and SP4N in turn while complaints flow: `python -m tests.chaos.mirror [--seed S] [--short]`.

In the end both sides must agree, and nothing may stand in SP4N twice.
"""

import argparse
import asyncio
import contextlib
import json
import random
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import httpx

from deploy.books.look import Books
from deploy.local import preflight
from deploy.local.demo.stage import run_command
from deploy.local.demo.stubs_process import Stubs
from deploy.local.process import free_port
from deploy.local.replica import Replica
from deploy.local.system import System
from deploy.postgres.apply import DATABASE
from tests.chaos.filer import Filer
from tests.chaos.mirror_verdict import all_sent, of_mirror
from tests.chaos.offices import Offices
from tests.chaos.verdict import Verdict, at_rest
from tests.support.raw import login

FOLDER = Path(".local/chaos-mirror")
# What is killed: SP4N, a router at once, a router after a call that arrived and before it is noted, or both sides.
Act = Literal["sp4n", "router", "router after the call", "both"]
ACTS: tuple[Act, ...] = ("sp4n", "router", "router after the call", "both")
AWAY_S = 3.0
READY_WITHIN_S = 150.0
# Of some calls no answer comes, though SP4N kept them, or the answer has no number.
TRAPS = {"shares": {"cut": 0.03, "error_kept": 0.02, "no_id_kept": 0.02, "error": 0.02}}
# A dead router's lease ends sooner than with the settings of every day. A slow machine still answers in the time.
SETTINGS = {"SP4N_TRY_SECONDS": "4", "SP4N_SETTLE_SECONDS": "5", "SP4N_POLL_SECONDS": "20"}


def plan(seed: int, times: int) -> list[Act]:
    """Return each act so many times, in random order."""
    acts = [act for act in ACTS for _ in range(times)]
    random.Random(seed).shuffle(acts)
    return acts


class Killer:
    """The doer of acts. Both routers and SP4N are running before and after each act.

    ``unreached``: acts whose router never came to its point.
    """

    def __init__(self, system: System, stubs: Stubs) -> None:
        self._system, self._stubs = system, stubs
        self.unreached: list[Act] = []

    async def act(self, act: Act) -> None:
        """Carry out one act and restore what it killed."""
        routers = [self._system.replica("router", number) for number in (1, 2)]
        if act == "router after the call":
            await self._die_after_a_call(act)
            return
        if act in ("sp4n", "both"):
            await self._stubs.kill()
        if act in ("router", "both"):
            for router in routers if act == "both" else routers[:1]:
                router.kill()
        await asyncio.sleep(AWAY_S)
        if act in ("sp4n", "both"):
            await start_sp4n(self._stubs)
        await self._restored(routers)

    async def _die_after_a_call(self, act: Act) -> None:
        first, second = (self._system.replica("router", number) for number in (1, 2))
        for router in (first, second):
            await asyncio.to_thread(router.stop)
        second.start(TANGGAP_DEVELOPMENT="1", TANGGAP_FAULT="after_effect:3")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(60):
                while second.running:
                    await asyncio.sleep(0.1)
        if second.running:
            self.unreached.append(act)
            second.kill()
        await self._restored([first, second])

    @staticmethod
    async def _restored(routers: Sequence[Replica]) -> None:
        """Start the routers that do not run, and wait until Kafka has forgotten their dead forerunners."""
        dead = [router for router in routers if not router.running]
        for router in dead:
            router.start()
        await asyncio.gather(*(router.ready(READY_WITHIN_S) for router in dead))


async def start_sp4n(stubs: Stubs) -> None:
    """Start the stub with its complaints, and order its traps."""
    await stubs.start()
    async with httpx.AsyncClient(base_url=stubs.url, trust_env=False) as client:
        (await client.post("/sp4n-stub/orders", json=TRAPS)).raise_for_status()


async def shake(
    folder: Path, seed: int, acts: Sequence[Act], *, complaints: int, pace: float, report: Callable[[str], None]
) -> Verdict:
    """Start the system with two routers, kill either side as planned, and return the verdict."""
    stubs = Stubs(folder, free_port(), free_port())
    await start_sp4n(stubs)
    extra = stubs.settings()
    extra["router"] |= SETTINGS
    try:
        async with System(folder, extra=extra) as system:
            second = system.replica("router", 2)
            second.start()
            await second.ready(90)
            return await _shaken(system, stubs, seed, acts, complaints=complaints, pace=pace, report=report)
    finally:
        await stubs.stop()


async def _shaken(
    system: System,
    stubs: Stubs,
    seed: int,
    acts: Sequence[Act],
    *,
    complaints: int,
    pace: float,
    report: Callable[[str], None],
) -> Verdict:
    kafka = system.infra.kafka
    assert kafka
    began = time.monotonic()
    url, rng = system.url("intake"), random.Random(seed)
    filer = Filer([url], system.keys["intake.adapter"], rng, wanted=complaints, pace=pace)
    killer, working = Killer(system, stubs), asyncio.create_task(Offices(login(kafka), rng).run())
    admin_dsn = system.infra.admin_dsn.rpartition("/")[0] + f"/{DATABASE}"
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(filer.run())
            await asyncio.sleep(2)
            for act in acts:
                report(f"kill {act}")
                await killer.act(act)
            filer.enough.set()
        report(f"{len(filer.tickets)} complaints filed; waiting until nothing moves")
        await at_rest(admin_dsn, Books(system.addresses.dsn("books"), settle=0.5))
        left = await all_sent(admin_dsn)
    finally:
        working.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await working
    verdict = Verdict()
    verdict.none(len(killer.unreached), "acts that did not happen")
    verdict.none(len(system.died()), f"processes that ended unasked ({', '.join(system.died())})")
    verdict.wrong += [f"still on its way to SP4N: {one}" for one in left]
    compared = json.loads(
        await run_command(system.addresses.everything(), "services.router", "sp4n", "compare", "--report-only")
    )
    await of_mirror(verdict, admin_dsn, stubs.url, compared, set(filer.tickets.values()))
    verdict.figures |= {"seed": seed, "acts": len(acts), "seconds": round(time.monotonic() - began, 1)}
    return verdict


def main() -> int:
    """Print the seed, run the plan, and print each act and the verdict. Return 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.mirror", description=__doc__)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--complaints", type=int, default=2_000)
    parser.add_argument("--pace", type=float, default=5.0, help="complaints a second")
    parser.add_argument("--short", action="store_true")
    given: Any = parser.parse_args()
    seed = given.seed if given.seed is not None else random.SystemRandom().randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    began = time.monotonic()

    def report(what: str) -> None:
        print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)

    shutil.rmtree(FOLDER, ignore_errors=True)
    preflight.check(FOLDER)
    acts = plan(seed, 1 if given.short else 4)
    verdict = asyncio.run(shake(FOLDER, seed, acts, complaints=given.complaints, pace=given.pace, report=report))
    for sentence in verdict.wrong:
        print(f"WRONG: {sentence}")
    print(json.dumps(verdict.figures | {"wrong": len(verdict.wrong)}))
    return 1 if verdict.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
