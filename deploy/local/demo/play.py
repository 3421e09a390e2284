"""The story of the demo: complaints are filed, people work on them for forty working days, then the books are read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from deploy.books.look import Books
from deploy.local.demo.account import Account, Found, find_samples, take
from deploy.local.demo.cases import Cases
from deploy.local.demo.citizens import Citizens
from deploy.local.demo.days import Day, filing_time, working_days
from deploy.local.demo.doors import Doors, Sent
from deploy.local.demo.officers import Officers
from deploy.local.demo.opd_process import AWAY, SYSTEMS, OpdProcess
from deploy.local.demo.rest import Offsets, Rest
from deploy.local.demo.samples import Samples
from deploy.local.demo.stage import Stage
from shared.events.catalogue import updates


@dataclass(slots=True)
class Played:
    """The result of a run, from which the report is made."""

    account: Account
    cases: Cases
    found: Found
    sent: Sent
    systems: list[OpdProcess]
    timeline: dict[str, Any] | None
    acts: dict[str, int] = field(default_factory=dict)
    looks: int = 0


class Play:
    """One run on one stage. ``tell(done, of, what)`` is called to report progress."""

    def __init__(self, stage: Stage, samples: Samples, days: int, tell: Callable[[int, int, str], None]) -> None:
        self._stage, self._samples, self._tell = stage, samples, tell
        *self._days, self._last = working_days(days + 1)
        self._said: dict[str, Offsets] = {}
        self._acts = {"opd systems": 0, "officers and desks": 0, "citizens": 0}

    async def run(self) -> Played:
        """Play from filing to the books. Everything that the run started has ended when it returns or raises."""
        stage = self._stage
        pool = await asyncpg.create_pool(stage.admin_dsn, min_size=1, max_size=2)
        self._pool, self._rest, self._cases = pool, Rest(pool, stage.stubs.url), Cases(pool)
        self._doors = Doors(stage.doors(), stage.stubs.url)
        self._officers = Officers(stage.url("router"), stage.keys, self._days, SYSTEMS)
        self._systems = [
            OpdProcess(code, pace, stage.bootstrap, stage.kafka_password(f"opd-{code}"), stage.folder)
            for code, pace in SYSTEMS.items()
        ]
        try:
            await asyncio.gather(*(system.start() for system in self._systems), stage.name_officers(), self._file())
            for day in self._days:
                await self._day(day)
            return await self._end()
        finally:
            await asyncio.gather(*(system.stop() for system in self._systems))
            for client in (self._rest, self._doors, self._officers):
                await client.close()
            await pool.close()

    async def _file(self) -> None:
        self._say(0, "filing")
        sent = await self._doors.send(self._samples)
        await self._rest.reached(filing_time())
        # Nobody answers when WhatsApp asks for a place. Such drafts become complaints before the first morning.
        morning = self._days[0].morning
        self._stage.step_clock(morning)
        await self._rest.reached(morning)
        await self._cases.refresh(0)
        self._found = await find_samples(self._pool, self._samples, sent)
        for key, words in self._found.words.items():
            if key in self._cases.by_key:
                self._cases.by_key[key].words = words
        self._citizens = Citizens(self._stage.doors().adapter, self._doors, sent.links, self._found.senders)

    async def _day(self, day: Day) -> None:
        self._say(day.number, f"{day.morning:%A %d %B %Y}")
        await self._step(day)
        _, officers, citizens = await asyncio.gather(
            self._opd_systems(day),
            self._officers.work(self._cases, day.number),
            self._citizens.act(self._cases, day.number),
        )
        self._acts["officers and desks"] += officers
        self._acts["citizens"] += citizens
        await self._rest.reached(day.morning, self._said)
        await self._cases.refresh(day.number)

    async def _step(self, day: Day) -> None:
        """Step the clock to the day's morning, and wait until everything that follows has come to rest."""
        self._stage.step_clock(day.morning)
        await self._rest.reached(day.morning, self._said)
        await self._cases.refresh(day.number)

    async def _opd_systems(self, day: Day) -> None:
        code, gone, back = AWAY
        away = next(system for system in self._systems if system.code == code)
        if day.number == gone:
            await away.stop()
        if day.number == back:
            await away.start()
        for system, done in zip(
            self._systems, await asyncio.gather(*(s.work(day.number) for s in self._systems)), strict=True
        ):
            self._acts["opd systems"] += done["sent"]
            if done["last"]:
                self._said[updates(system.code)] = done["last"]

    async def _end(self) -> Played:
        """Step to a last morning on which nobody works, so that waiting messages go out. Then count everything."""
        self._say(len(self._days), "the books")
        await self._step(self._last)
        for system in self._systems:
            if not system.running:
                await system.start()
            await system.work(self._last.number, only_read=True)
        account = await take(self._pool, Books(self._stage.books_dsn), self._rest, self._cases, self._found)
        timeline = await self._followed()
        await self._citizens.close()
        return Played(
            account, self._cases, self._found, self._doors.sent, self._systems, timeline, self._acts, self._rest.looks
        )

    async def _followed(self) -> dict[str, Any] | None:
        """Return the closed complaint with the most kinds of steps, as its reporter reads it, or None."""
        links = self._doors.sent.links
        closed = [case for case in self._cases.by_key.values() if case.state == "closed" and case.ticket in links]
        told = [await self._citizens.read(case.ticket) for case in closed[:12]]
        return max(told, key=lambda one: len({entry["what"] for entry in one["timeline"]}), default=None)

    def _say(self, done: int, what: str) -> None:
        self._tell(done, len(self._days), what)
