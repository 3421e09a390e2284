"""The story of the demo: complaints are filed, people work on them for forty working days, then the books are read."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg

from deploy.books.look import Books
from deploy.local.demo.account import Account, Found, find_samples, take
from deploy.local.demo.cases import Cases
from deploy.local.demo.citizens import Citizens
from deploy.local.demo.days import Day, filing_time, working_days
from deploy.local.demo.doors import Doors, Sent
from deploy.local.demo.officers import Officers
from deploy.local.demo.opd_process import AWAY, CONSOLE, EXAMPLE, SYSTEMS, OpdProcess
from deploy.local.demo.rest import Offsets, Rest
from deploy.local.demo.samples import Samples
from deploy.local.demo.scenes.checks import Checks
from deploy.local.demo.scenes.example import ExampleOpd
from deploy.local.demo.scenes.story import LEAST_DAYS, Story
from deploy.local.demo.sp4n import BothSides, compare, fill
from deploy.local.demo.stage import Stage
from shared.events.catalogue import updates

NEWS_AFTER = timedelta(minutes=2)


@dataclass(slots=True)
class Played:
    """The result of a run, from which the report is made."""

    account: Account
    cases: Cases
    found: Found
    sent: Sent
    systems: list[OpdProcess]
    timeline: dict[str, Any] | None
    checks: Checks
    both: BothSides
    acts: dict[str, int] = field(default_factory=dict)
    looks: int = 0


class Play:
    """One run on one stage. ``tell(done, of, what)`` is called to report progress."""

    def __init__(self, stage: Stage, samples: Samples, days: int, tell: Callable[[int, int, str], None]) -> None:
        self._stage, self._samples, self._tell = stage, samples, tell
        *self._days, self._last = working_days(days + 1)
        self._said: dict[str, Offsets] = {}
        self._acts = {"opd systems": 0, "officers and desks": 0, "citizens": 0, "example consumer and console": 0}

    async def run(self) -> Played:
        """Play from filing to the books. Everything that the run started has ended when it returns or raises."""
        stage = self._stage
        pool = await asyncpg.create_pool(stage.admin_dsn, min_size=1, max_size=2)
        self._pool, self._rest, self._cases = pool, Rest(pool, stage.stubs.url), Cases(pool)
        self._doors = Doors(stage.doors(), stage.stubs.url)
        self._officers = Officers(stage.url("router"), stage.keys, self._days, (*SYSTEMS, EXAMPLE, CONSOLE))
        self._systems = [
            OpdProcess(code, pace, stage.bootstrap, stage.kafka_password(f"opd-{code}"), stage.folder)
            for code, pace in SYSTEMS.items()
        ]
        password, key = stage.kafka_password(f"opd-{EXAMPLE}"), stage.keys[f"router.officer.{EXAMPLE}"]
        self._example = ExampleOpd(stage.bootstrap, password, stage.url("router"), key, stage.folder)
        self._story = Story(self._samples, stage, self._example, pool)
        try:
            starting = (self._example.start(), *(system.start() for system in self._systems))
            await fill(stage.stubs.url, self._samples.laporan, filing_time())
            await asyncio.gather(*starting, stage.name_officers(), self._file())
            for day in self._days:
                await self._day(day)
            return await self._end()
        finally:
            await asyncio.gather(self._example.stop(), *(system.stop() for system in self._systems))
            for client in (self._rest, self._doors, self._officers, self._story):
                await client.close()
            await pool.close()

    async def _file(self) -> None:
        self._say(0, "filing")
        sent, _ = await asyncio.gather(self._doors.send(self._samples), self._story.begin())
        await self._rest.reached(filing_time())
        # Nobody answers when WhatsApp asks for a place. Such drafts become complaints before the first morning.
        morning = self._days[0].morning
        self._stage.step_clock(morning)
        await self._rest.reached(morning)
        await self._cases.refresh(0)
        await self._story.look_at_filing()
        self._found = await find_samples(self._pool, self._samples, sent)
        for key, words in self._found.words.items():
            if key in self._cases.by_key:
                self._cases.by_key[key].words = words
        self._citizens = Citizens(self._stage.doors().adapter, self._doors, sent.links, self._found.senders)

    async def _day(self, day: Day) -> None:
        self._say(day.number, f"{day.morning:%A %d %B %Y}")
        await self._step(day)
        _, officers, citizens, scenes = await asyncio.gather(
            self._opd_systems(day),
            self._officers.work(self._cases, day.number),
            self._citizens.act(self._cases, day.number),
            self._story.act(self._cases, day.number),
        )
        self._acts["officers and desks"] += officers
        self._acts["citizens"] += citizens
        self._acts["example consumer and console"] += scenes
        await self._at_rest(day)
        if day.number < LEAST_DAYS:
            # A notice waits a minute for others. The people of the scenes read it within WhatsApp's 24 hours.
            await self._step(Day(day.number, day.morning + NEWS_AFTER))
        await self._story.look(self._cases, day.number)

    async def _step(self, day: Day) -> None:
        """Step the clock to the day's morning, and wait until everything that follows has come to rest."""
        self._stage.step_clock(day.morning)
        await self._at_rest(day)

    async def _at_rest(self, day: Day) -> None:
        """Wait until nothing is in flight, with all that the example consumer says by itself."""
        while True:
            await self._rest.reached(day.morning, self._said)
            await self._cases.refresh(day.number)
            if not await self._example.settled(self._cases, day.number):
                return

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
        self._story.end(self._cases)
        both = await compare(self._stage, self._pool)
        self._story.checks.note("both sides", both.agrees, both.seen)
        account = await take(self._pool, Books(self._stage.books_dsn), self._rest, self._cases, self._found)
        timeline = await self._followed()
        await self._citizens.close()
        return Played(
            account,
            self._cases,
            self._found,
            self._doors.sent,
            self._systems,
            timeline,
            self._story.checks,
            both,
            self._acts,
            self._rest.looks,
        )

    async def _followed(self) -> dict[str, Any] | None:
        """Return the closed complaint with the most kinds of steps, as its reporter reads it, or None."""
        links = self._doors.sent.links
        closed = [case for case in self._cases.by_key.values() if case.state == "closed" and case.ticket in links]
        told = [await self._citizens.read(case.ticket) for case in closed[:12]]
        return max(told, key=lambda one: len({entry["what"] for entry in one["timeline"]}), default=None)

    def _say(self, done: int, what: str) -> None:
        self._tell(done, len(self._days), what)
