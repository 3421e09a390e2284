"""Monkey that disturbs the running system as the plan says and restores it after each act."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping

import httpx

from deploy.local.postgres import LocalPostgres
from deploy.local.replica import Replica
from deploy.local.system import System
from tests.chaos.field import fault
from tests.chaos.plan import Act

DIES_WITHIN_S = 45.0
TAKES_OVER_WITHIN_S = 15.0
GIVES_UP_AFTER_S = 90.0


class Monkey:
    """The doer of acts. Two replicas of each service are running before and after each act.

    ``unreached`` lists kills whose process never came to its point. ``takeovers`` has each service's longest take-over
    in seconds.
    """

    def __init__(self, system: System, armed: Mapping[str, Act], report: Callable[[str], None]) -> None:
        self._system = system
        self._armed = set(armed.values())
        self._report = report
        self.unreached: list[str] = []
        self.takeovers: dict[str, float] = {}

    async def act(self, act: Act) -> None:
        """Carry out one act and restore the system."""
        self._report(str(act))
        match act.kind:
            case "kill":
                await self._kill(act)
            case "stop_leader":
                await self._stop_leader(act)
            case "restart":
                replica = self._system.replica(act.service, 1)
                await asyncio.to_thread(replica.stop)
                await self._up(replica)
            case "broker":
                kafka = self._system.infra.kafka
                assert kafka
                await asyncio.to_thread(kafka.kill)
                await asyncio.sleep(2)
                await asyncio.to_thread(kafka.start)
            case "postgres":
                postgres = self._system.infra.postgres
                assert isinstance(postgres, LocalPostgres)
                await asyncio.to_thread(postgres.kill)
                await asyncio.sleep(1)
                await asyncio.to_thread(postgres.start)

    async def _kill(self, act: Act) -> None:
        """Let the second replica die at the act's point.

        If only the leader passes that point (`after_send`), stop the first replica so that the second leads.
        """
        first, second = self._system.replica(act.service, 1), self._system.replica(act.service, 2)
        if act in self._armed:
            self._armed.discard(act)
        else:
            await asyncio.to_thread(second.stop)
            second.start(**fault(act))
            with contextlib.suppress(Exception):
                await second.ready(30)  # the replica may die before it is ready, as is intended
        if act.point == "after_send" and second.running:
            await asyncio.to_thread(first.stop)
            await self._dead(second, act)
            await self._up(first)
        else:
            await self._dead(second, act)
        await self._up(second)

    async def _dead(self, replica: Replica, act: Act) -> None:
        until = asyncio.get_running_loop().time() + DIES_WITHIN_S
        while replica.running and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        if replica.running:
            self.unreached.append(str(act))
            replica.kill()

    async def _stop_leader(self, act: Act) -> None:
        leader = await self._leader(act.service)
        other = self._system.replica(act.service, 2 if leader is self._system.replica(act.service, 1) else 1)
        began = asyncio.get_running_loop().time()
        leader.pause()
        try:
            async with asyncio.timeout(GIVES_UP_AFTER_S):
                while not await self._leads(other):
                    await asyncio.sleep(0.2)
            took = asyncio.get_running_loop().time() - began
            self.takeovers[act.service] = max(took, self.takeovers.get(act.service, 0))
            await asyncio.sleep(max(0.0, act.seconds - took))
        finally:
            leader.resume()

    async def _leader(self, service: str) -> Replica:
        async with asyncio.timeout(GIVES_UP_AFTER_S):
            while True:
                for number in (1, 2):
                    replica = self._system.replica(service, number)
                    if await self._leads(replica):
                        return replica
                await asyncio.sleep(0.2)

    @staticmethod
    async def _leads(replica: Replica) -> bool:
        assert replica.ports
        async with httpx.AsyncClient(timeout=1, trust_env=False) as client:
            try:
                answer = await client.get(f"http://127.0.0.1:{replica.ports.ops}/readyz")
            except httpx.TransportError:
                return False
            return bool(answer.json()["leading"])

    @staticmethod
    async def _up(replica: Replica) -> None:
        replica.start()
        await replica.ready(60)
