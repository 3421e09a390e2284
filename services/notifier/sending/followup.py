"""What only one replica does: plan notices, fold reported statuses, and settle what a lost replica left behind."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from aiokafka.errors import KafkaError

from services.notifier.kinds import Channel
from services.notifier.rows import Result
from services.notifier.rules.retry import Next, Outcome, Verdict, follow, whatsapp_verdict
from services.notifier.rules.say import NEXT
from services.notifier.sending.alarm import Alarm
from services.notifier.sending.letters import Letter, Row, key_of
from services.notifier.sending.loop import Post
from services.notifier.sending.results import outcomes
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.observability.logs import get_logger
from shared.pipeline.patience import pause
from shared.postgres.errors import TRANSIENT
from shared.service import Running

MANY = 500
UNKNOWN_ERROR = 131000  # what WhatsApp itself calls "something went wrong"
CaughtUp = Callable[[], Awaitable[None]]
"""Returns once this service has handled what its streams held when it was called."""
log = get_logger()


class FollowUp:
    """Runs on the replica that leads. ``settle_s``: how long a message waits (wall time) for what belongs with it."""

    def __init__(
        self,
        running: Running[NotifierState],
        post: Post,
        *,
        settle_s: float,
        look_for: timedelta,
        alarm: Alarm,
        caught_up: CaughtUp,
    ) -> None:
        self._running, self._post, self._caught_up = running, post, caught_up
        self._alarm, self._bell = alarm, alarm.bell()
        self._settle_s, self._look_for = settle_s, look_for

    async def run(self) -> None:
        tries = 0
        while True:
            self._running.pulse.beat("follow-up")
            busy = False
            if self._running.leading():
                try:
                    busy = await self.round()
                    tries = 0
                except (KafkaError, *TRANSIENT) as error:
                    log.warning("follow_up.retried", error=type(error).__name__)
                    tries += 1
                    await asyncio.sleep(pause(tries, 0))
            if not busy:
                await self._alarm.wait(self._bell)

    async def round(self) -> bool:
        """Everything once; True when there may be more."""
        pool = self._running.pool
        planned = await pool.fetchrow(Q["plan"], MANY, self._settle_s, [kind.value for kind in NEXT])
        for row in await pool.fetch(Q["recover"], self._look_for):
            log.warning("message.recovered", channel=row["channel"])
        if planned and planned["made"]:
            self._alarm.ring()
        await pool.execute(Q["release"])
        reported = await self._reported()
        unsure = await self._unsure()
        return bool(reported or unsure or (planned and planned["done"] + planned["waiting"] >= MANY))

    async def _reported(self) -> int:
        """Statuses in the order in which they happened; those of no message yet are looked at again later."""
        pool = self._running.pool
        ready = [row["event"] for row in await pool.fetch(Q["status_ready"], MANY)]
        if not ready:
            return 0
        rows: list[Row] = [dict(row) for row in await pool.fetch(Q["reported"], ready)]
        letters: dict[object, list[Row]] = defaultdict(list)
        for row in rows:
            letters[row["event"]].append(row)
        arrived: list[tuple[Row, Result]] = []
        for of_one in letters.values():
            if of_one[0]["status"] == "failed":
                await self._post.report(arrived)
                arrived = []
                await self._failed(of_one)
            else:
                arrived += _arrived(of_one)
        await self._post.report(arrived)
        found = {row["event"] for row in rows}
        await pool.execute(Q["status_done"], list(found))
        if lost := [event for event in ready if event not in found]:
            await pool.execute(Q["status_later"], lost)
        return len(found)

    async def _failed(self, rows: Sequence[Row]) -> None:
        """A failure told later is judged like one at once."""
        head = _head(rows)
        letter, code = Letter(head, tuple(rows)), head["code"] or UNKNOWN_ERROR
        outcome = Outcome(whatsapp_verdict(code, 400), code=code, reason=f"whatsapp {code}")
        what = self._next(outcome, head)
        await self._post.report(outcomes(letter, what, outcome), last=key_of(head))
        await self._post.redirect(head["id"], what)

    async def _unsure(self) -> int:
        """No status came in time. WhatsApp would have said something: the message may go again. A mail is left to a person.

        "In time" counts only once the streams have been read up to their present ends: a status may be in them unread.
        """
        if not await self._running.pool.fetch(Q["unsure"], 1):
            return 0
        await self._caught_up()
        rows: list[Row] = [dict(row) for row in await self._running.pool.fetch(Q["unsure"], MANY)]
        for row in rows:
            letter = Letter(row, (row,))
            again = row["channel"] == Channel.WHATSAPP
            result: Result = (
                letter.result(row, "due", attempt_at=datetime.now(UTC))
                if again
                else letter.result(row, "given_up", "given_up", reason="unsure")
            )
            await self._post.report([(row, result)])
        return len(rows)

    def _next(self, outcome: Outcome, head: Row) -> Next:
        if outcome.verdict is Verdict.ACCEPTED:
            outcome = Outcome(Verdict.BROKEN, outcome.code, outcome.reason)
        now = datetime.now(UTC)
        return follow(
            outcome,
            channel=Channel.WHATSAPP,
            tries=head["tries"],
            first_try=head["first_try"] or now,
            now=now,
            jitter=random.random(),  # noqa: S311 - spreads retries, no secret
            look_for=self._look_for,
        )


def _head(rows: Sequence[Row]) -> Row:
    return next((row for row in rows if row["id"] == row["carrier"]), rows[0])


def _arrived(rows: Sequence[Row]) -> list[tuple[Row, Result]]:
    head = _head(rows)
    letter, status = Letter(head, tuple(rows)), head["status"]
    return [(row, letter.result(row, status, status, provider_id=head["provider_id"] if row is head else None)) for row in rows]
