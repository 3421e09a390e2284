"""The leader's loop: plan messages, fold statuses, and settle messages of a lost replica or a channel that is off."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiokafka.errors import KafkaError

from services.notifier.kinds import CHANNELS
from services.notifier.rows import Result
from services.notifier.rules.say import NEXT
from services.notifier.rules.verdicts import Outcome, Verdict
from services.notifier.sending.alarm import Alarm
from services.notifier.sending.heard import Heard, template_of
from services.notifier.sending.letters import Letter, Row, key_of, letters
from services.notifier.sending.loop import Post
from services.notifier.sending.results import outcomes
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.backoff import pause
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running

MANY = 500
# A function that returns once this service has handled all records that its streams held at the call.
CaughtUp = Callable[[], Awaitable[None]]
log = get_logger()


class FollowUp:
    """The loop of the leader.

    ``settle_s`` is how long (wall time) a message waits for other notices that belong with it. ``channels`` are those
    that are on. ``off_for`` is how long a message waits for a channel that is off.
    """

    def __init__(
        self,
        running: Running[NotifierState],
        post: Post,
        heard: Heard,
        *,
        settle_s: float,
        look_for: timedelta,
        channels: Sequence[str],
        off_for: timedelta,
        alarm: Alarm,
        caught_up: CaughtUp,
    ) -> None:
        self._running, self._post, self._heard, self._caught_up = running, post, heard, caught_up
        self._alarm = alarm
        self._settle_s, self._look_for = settle_s, look_for
        self._channels, self._off_for = list(channels), off_for
        self._woken = False
        self._folding = asyncio.Lock()

    async def run(self) -> None:
        """Run until cancelled.

        The search for lost messages waits for the streams. It has a task of its own, so that no other message waits.
        """
        await asyncio.gather(self._over_and_over(self.round, beat=True), self._over_and_over(self.look, beat=False))

    async def _over_and_over(self, once: Callable[[], Awaitable[bool]], *, beat: bool) -> None:
        """Repeat ``once`` while this replica leads.

        With ``beat`` the health check notices a loop that hangs. A loop that waits for the streams may do so for long.
        """
        tries, bell = 0, self._alarm.bell()
        while True:
            if beat:
                self._running.health.beat("follow-up")
            busy = False
            if self._running.leading():
                try:
                    busy = await once()
                    tries = 0
                except (KafkaError, *TRANSIENT) as error:
                    log.warning("follow_up.retried", error=type(error).__name__)
                    tries += 1
                    await asyncio.sleep(pause(tries, 0))
            else:
                self._woken = False
            if not busy:
                await self._alarm.wait(bell)

    async def round(self) -> bool:
        """Do all the work once. Return True when there may be more."""
        pool = self._running.pool
        if not self._woken:
            await pool.execute(Q["channels_on"], self._channels)
            self._woken = True
        planned = await pool.fetchrow(Q["plan"], MANY, self._settle_s, [kind.value for kind in NEXT])
        for row in await pool.fetch(Q["recover"], self._look_for):
            log.warning("message.recovered", channel=row["channel"])
        if planned and planned["made"]:
            self._alarm.ring()
        await pool.execute(Q["release"])
        await pool.execute(Q["rests_over"])
        async with self._folding:
            reported = await self._heard.round()
        blocked = await self._blocked()
        return bool(reported or blocked or (planned and planned["done"] + planned["waiting"] >= MANY))

    async def look(self) -> bool:
        """Decide on unsure messages of which no status came in time, like on any other verdict.

        First wait until the streams have been read to their present ends, because they may hold the status unread.
        Return True when there were such messages.
        """
        if not await self._running.pool.fetch(Q["unsure"], 1):
            return False
        await self._caught_up()
        outcome = Outcome(Verdict.UNHEARD, reason="no status")
        # The lock keeps this decision from overtaking a status that is being folded.
        async with self._folding:
            found = letters([dict(row) for row in await self._running.pool.fetch(Q["unsure"], MANY)])
            for letter in found:
                template = template_of(letter.head)
                what = self._post.decide(outcome, letter.head, template)
                await self._post.report(outcomes(letter, what, outcome, template), last=key_of(letter.head))
        return bool(found)

    async def _blocked(self) -> int:
        """Move messages whose channel is off or whose address has gone to another channel, if there is one.

        Otherwise a message waits ``off_for`` for a channel that is off, and is then suppressed. A message whose address
        has gone is given up for a person to see. Return the number of messages found.
        """
        pool = self._running.pool
        rows: list[Row] = [
            dict(row) for row in await pool.fetch(Q["blocked"], self._channels, self._running.clock.now(), MANY)
        ]
        for row in rows:
            moved = await pool.fetch(Q["others"], [row["id"]], None, self._channels)
            await self._post.report([(row, self._instead(row, moved=bool(moved)))])
        return len(rows)

    def _instead(self, row: Row, *, moved: bool) -> Result:
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
