"""The sending loop of one replica: lease a few, hand each over, report each through the step."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from services.notifier.channels.outgoing import Outgoing, Sender
from services.notifier.kinds import Channel
from services.notifier.metrics import effect
from services.notifier.rows import Result, Settle
from services.notifier.rules.retry import Next, Retry, Tried, follow
from services.notifier.rules.verdicts import Outcome, Verdict
from services.notifier.sending.alarm import Alarm
from services.notifier.sending.letters import Letter, Row, Texts, key_of, letters, obstacle, outgoing
from services.notifier.sending.limits import Lane
from services.notifier.sending.results import outcomes
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.errors import Refused, Unavailable, Unsure
from shared.observability.logs import get_logger
from shared.pipeline.patience import pause
from shared.postgres.errors import TRANSIENT
from shared.service import Running

LEASE = timedelta(seconds=60)
"""Longer than the longest try: a lease that runs out means that its replica is gone."""
MERGE = timedelta(minutes=1)
FAREWELL_S = 15.0
log = get_logger()


class Post:
    """Sends what is due. ``senders`` holds the channels that are configured, ``lanes`` the slots and rate of each.

    ``host_slots``: how many webhooks one host may have under way. ``try_s``: how long one try may last in all.
    """

    def __init__(
        self,
        running: Running[NotifierState],
        senders: Mapping[Channel, Sender],
        *,
        texts: Texts,
        lanes: Mapping[Channel, Lane],
        host_slots: int,
        try_s: float,
        look_for: timedelta,
        alarm: Alarm,
    ) -> None:
        self._running, self._senders, self._texts = running, senders, texts
        self._alarm, self._bell = alarm, alarm.bell()
        self._lanes = {channel: lanes[channel] for channel in senders}
        self._host_slots, self._try_s, self._look_for = host_slots, try_s, look_for
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; then what is under way is finished and reported, and nothing new begins."""
        tries = 0
        try:
            while True:
                self._running.pulse.beat("sender")
                try:
                    busy = await self._round()
                    tries = 0
                except TRANSIENT as error:
                    log.warning("sender.retried", error=type(error).__name__)
                    tries, busy = tries + 1, False
                    await asyncio.sleep(pause(tries, 0))
                if not busy:
                    await self._alarm.wait(self._bell)
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=FAREWELL_S)

    async def _round(self) -> bool:
        """Lease as many as may go out now, each channel by its own slots and rate; True when there were any."""
        rooms = {channel.value: lane.room() for channel, lane in self._lanes.items() if lane.room() > 0}
        if not rooms:
            return False
        async with self._running.pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["lease_alone"])
            now = self._running.clock.now()
            leased = await connection.fetch(Q["lease"], now, list(rooms), list(rooms.values()), LEASE, MERGE, self._host_slots)
        if not leased:
            return False
        rows = await self._running.pool.fetch(Q["leased"], [row["id"] for row in leased])
        for letter in letters([dict(row) for row in rows]):
            channel = Channel(letter.head["channel"])
            self._lanes[channel].begin()
            task = asyncio.create_task(self._deliver(letter))
            self._under_way.add(task)
            task.add_done_callback(partial(self._finished, channel))
        return True

    def _finished(self, channel: Channel, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._lanes[channel].end()
        self._bell.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("sender.failed", error=type(error).__name__)

    async def _deliver(self, letter: Letter) -> None:
        """The row says "sending" by now: whatever happens to this process, nobody sends it again without looking first."""
        head, channel = letter.head, Channel(letter.head["channel"])
        if reason := obstacle(letter):
            rows = [(row, letter.result(row, "suppressed", "suppressed", reason=reason)) for row in letter.rows]
            await self.report(rows, last=key_of(head))
            return
        ready = self._ready(letter)
        template = ready.template if isinstance(ready, Outgoing) and channel is Channel.WHATSAPP else None
        if template and await self._running.pool.fetchval(Q["stopped_template"], template):
            await self.report(_put_back(letter, template), last=key_of(head))
            return
        outcome = await self._try(channel, ready) if isinstance(ready, Outgoing) else ready
        effect(self._running.meters, channel, outcome.verdict)
        self._running.step.fault("after_effect")
        if channel is Channel.WEBHOOK:
            await self._heard(head["address"], outcome)
        if outcome.verdict is not Verdict.ACCEPTED:
            log.warning(
                "message.not_accepted",
                message=str(head["id"]),
                channel=channel.value,
                verdict=outcome.verdict.value,
                code=outcome.code,
            )
        await self.report(outcomes(letter, self.decide(outcome, head, template), outcome, template), last=key_of(head))

    def decide(self, outcome: Outcome, head: Row, template: str | None) -> Next:
        """Decide how the message goes on; every verdict passes here, whoever brought it."""
        now = datetime.now(UTC)
        tried = Tried(Channel(head["channel"]), head["round"], head["first_try"] or now, template)
        jitter = random.random()  # noqa: S311 - spreads retries, no secret
        return follow(outcome, tried, now=now, jitter=jitter, look_for=self._look_for)

    def _ready(self, letter: Letter) -> Outgoing | Outcome:
        """Compose what goes out; a wording that does not fit its values is ours to mend, never the citizen's loss."""
        try:
            return outgoing(letter, self._texts, self._running.clock.now())
        except Exception as problem:  # noqa: BLE001 - whatever it raises, the message must not come back for ever
            log.error("wording.failed", message=str(letter.head["id"]), error=type(problem).__name__)
            return Outcome(Verdict.BROKEN, reason=f"wording: {type(problem).__name__}")

    async def _try(self, channel: Channel, ready: Outgoing) -> Outcome:
        """One try, limited as a whole: with a limit for each read, a side that sends a byte now and then would never end."""
        try:
            async with asyncio.timeout(self._try_s):
                return await self._senders[channel].send(ready)
        except TimeoutError:
            return Outcome(Verdict.UNSURE, reason="no answer in time", silent=True)
        except Exception as problem:  # noqa: BLE001 - a fault of ours; the message may have left all the same
            log.error("sender.failed", message=str(ready.id), error=type(problem).__name__)
            return Outcome(Verdict.UNSURE, reason=type(problem).__name__)

    async def _heard(self, address: str, outcome: Outcome) -> None:
        """A host that does not answer is left alone for a while, so that it cannot take the slots of others."""
        if not outcome.silent and outcome.code is None:
            return  # it was not asked
        try:
            await self._running.pool.execute(Q["silent_host" if outcome.silent else "host_answered"], address)
        except TRANSIENT as error:
            log.warning("host.not_noted", error=type(error).__name__)

    async def report(self, results: Sequence[tuple[Row, Result]], *, last: UUID | None = None) -> None:
        """One command for each key; ``last``, the carrier's, after all others: till then, who takes over looks at all again."""
        by_key: dict[UUID, list[Result]] = {}
        for row, result in results:
            if result.status in ("given_up", "suppressed"):
                effect(self._running.meters, str(result.channel), result.status)
            by_key.setdefault(key_of(row), []).append(result)
        ending = by_key.pop(last, None) if last else None
        await asyncio.gather(*(self._settle(key, Settle(tuple(of_one))) for key, of_one in by_key.items()))
        if last and ending:
            await self._settle(last, Settle(tuple(ending)))

    async def _settle(self, key: UUID, settle: Settle) -> None:
        tries, again = 0, None
        while True:
            try:
                await self._running.do(settle, keys=(key,), actor="notifier", again=again)
            except Unavailable as refusal:
                again = refusal.call if isinstance(refusal, Unsure) else again
                tries += 1
                await asyncio.sleep(pause(tries, 0))
                continue
            except Refused as refusal:
                log.error("sender.not_settled", key=str(key), code=refusal.code)
            return


def _put_back(letter: Letter, template: str) -> list[tuple[Row, Result]]:
    """Nothing was sent: the message waits for its template, or for the citizen to write, and what it carried goes with it."""
    waiting = Retry(datetime.now(UTC))
    results = outcomes(letter, waiting, Outcome(Verdict.STOP_TEMPLATE, reason="template stopped"), template)
    return [(row, replace(result, status=None, untried=row is letter.head)) for row, result in results]
