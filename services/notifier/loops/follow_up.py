"""The leader's loop: plan messages, fold statuses, and settle messages of a lost replica or a channel that is off."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiokafka.errors import KafkaError

from services.notifier.codes import CHANNELS, Verdict
from services.notifier.rules.notice_values import NEXT_STEP_CLOCK
from services.notifier.rules.rows import Result
from services.notifier.rules.verdicts import Outcome
from services.notifier.sending.letters import Letter, group_into_letters, key_of
from services.notifier.sending.reporter import Reporter
from services.notifier.sending.results import results_of
from services.notifier.sending.status_reports import StatusReports, template_of
from services.notifier.sending.wakeup import Wakeup
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import MessageRow, Q
from shared.backoff import SHORT_S, Backoff, retry
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running
from shared.trace import id_of

MANY = 500
# A function that returns once this service has handled all records that its streams held at the call.
CaughtUp = Callable[[], Awaitable[None]]
log = get_logger()


async def follow_up_messages(running: Running[NotifierState], settings: NotifierSettings, wakeup: Wakeup) -> None:
    """Follow messages up on the leading replica until cancelled."""
    streams = running.catch_up("follow-up")
    reporter = Reporter(running, settings.look_for)
    loop = FollowUp(
        running,
        reporter,
        StatusReports(running, reporter),
        settle_s=settings.settle_seconds,
        look_for=settings.look_for,
        channels=settings.channels,
        off_for=timedelta(hours=settings.channel_off_hours),
        wakeup=wakeup,
        caught_up=streams.caught_up,
    )
    try:
        await loop.run()
    finally:
        await streams.close()


class FollowUp:
    """The loop of the leader.

    ``settle_s`` is how long (wall time) a message waits for other notices that belong with it. ``channels`` are those
    that are on. ``off_for`` is how long a message waits for a channel that is off.
    """

    def __init__(
        self,
        running: Running[NotifierState],
        reporter: Reporter,
        reports: StatusReports,
        *,
        settle_s: float,
        look_for: timedelta,
        channels: Sequence[str],
        off_for: timedelta,
        wakeup: Wakeup,
        caught_up: CaughtUp,
    ) -> None:
        self._running, self._reporter, self._reports, self._caught_up = running, reporter, reports, caught_up
        self._wakeup = wakeup
        self._settle_s, self._look_for = settle_s, look_for
        self._channels, self._off_for = list(channels), off_for
        self._woken = False
        self._folding = asyncio.Lock()

    async def run(self) -> None:
        """Run until cancelled.

        The search for lost messages waits for the streams. It has a task of its own, so that no other message waits.
        """
        await asyncio.gather(self._repeat(self.round, beat=True), self._repeat(self.decide_unheard, beat=False))

    async def _repeat(self, once: Callable[[], Awaitable[bool]], *, beat: bool) -> None:
        """Repeat ``once`` while this replica leads.

        With ``beat`` the health check notices a loop that hangs. A loop that waits for the streams may do so for long.
        """
        event = self._wakeup.event()

        async def attempt() -> bool:
            if beat:
                self._running.health.beat("follow-up")
            if self._running.leading():
                return await once()
            self._woken = False
            return False

        async def failed(error: Exception, backoff: Backoff) -> None:
            if backoff.noteworthy:
                log.warning("follow_up.retried", error=type(error).__name__)

        backoff = Backoff(longest=SHORT_S)
        while True:
            if not await retry(attempt, (KafkaError, *TRANSIENT), failed=failed, backoff=backoff):
                await self._wakeup.wait(event)

    async def round(self) -> bool:
        """Do all the work once. Return True when there may be more."""
        pool = self._running.pool
        if not self._woken:
            await pool.execute(Q["wake_channels"], self._channels)
            self._woken = True
        planned = await pool.fetchrow(Q["plan"], MANY, self._settle_s, [kind.value for kind in NEXT_STEP_CLOCK])
        for row in await pool.fetch(Q["recover_lost_tries"], self._look_for):
            log.warning("message.recovered", channel=row["channel"], trace_id=id_of(row["traceparent"]))
        if planned and planned["made"]:
            self._wakeup.wake()
        await pool.execute(Q["release_carried"])
        await pool.execute(Q["delete_ended_pauses"])
        async with self._folding:
            reported = await self._reports.fold_waiting()
        blocked = await self._blocked()
        return bool(reported or blocked or (planned and planned["done"] + planned["waiting"] >= MANY))

    async def decide_unheard(self) -> bool:
        """Decide on unsure messages of which no status came in time, like on any other verdict.

        First wait until the streams have been read to their present ends, because they may hold the status unread.
        Return True when there were such messages.
        """
        if not await self._running.pool.fetch(Q["load_unsure"], 1):
            return False
        await self._caught_up()
        outcome = Outcome(Verdict.UNHEARD, reason="no status")
        # The lock keeps this decision from overtaking a status that is being folded.
        async with self._folding:
            found = group_into_letters([dict(row) for row in await self._running.pool.fetch(Q["load_unsure"], MANY)])
            for letter in found:
                template = template_of(letter.head)
                step = self._reporter.decide(outcome, letter.head, template)
                await self._reporter.report(results_of(letter, step, outcome, template), last=key_of(letter.head))
        return bool(found)

    async def _blocked(self) -> int:
        """Move messages whose channel is off or whose address has gone to another channel, if there is one.

        Otherwise a message waits ``off_for`` for a channel that is off, and is then suppressed. A message whose address
        has gone is given up for a person to see. Return the number of messages found.
        """
        pool = self._running.pool
        rows: list[MessageRow] = [
            dict(row) for row in await pool.fetch(Q["load_blocked"], self._channels, self._running.clock.now(), MANY)
        ]
        for row in rows:
            moved = await pool.fetch(Q["copy_to_other_channel"], [row["id"]], None, self._channels)
            await self._reporter.report([(row, self._instead(row, moved=bool(moved)))])
        return len(rows)

    def _instead(self, row: MessageRow, *, moved: bool) -> Result:
        letter, why = Letter(row, (row,)), row["why"]
        if moved:
            return letter.result(row, "suppressed", "suppressed", reason=f"{why}: told another way")
        if why != "channel off":
            return letter.result(row, "given_up", "given_up", reason=why)
        until = row["made_at"] + self._off_for
        if row["channel"] in CHANNELS and datetime.now(UTC) < until:
            return letter.result(row, "due", reason=why, attempt_at=until)
        return letter.result(
            row, "suppressed", "suppressed", reason=why if row["channel"] in CHANNELS else "no channel"
        )
