"""Decisions on tries, and their results reported through the step."""

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.notifier.codes import Channel
from services.notifier.metrics import count_outcome
from services.notifier.rules.commands import Settle
from services.notifier.rules.retry import NextStep, TriesSoFar, decide_next_step
from services.notifier.rules.rows import Result
from services.notifier.rules.verdicts import Outcome
from services.notifier.sending.letters import key_of
from services.notifier.state import NotifierState
from services.notifier.store import MessageRow
from shared.backoff import SHORT_S, Backoff, retry
from shared.errors import Refused, Unavailable, Unsure
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.trace import id_of

log = get_logger()


class Reporter:
    """The reporter of one replica. ``look_for`` is how long an unanswered message waits for a status."""

    def __init__(self, running: Running[NotifierState], look_for: timedelta) -> None:
        self._running, self._look_for = running, look_for

    def decide(self, outcome: Outcome, head: MessageRow, template: str | None) -> NextStep:
        """Decide how the message goes on. Every verdict passes here, whatever its source."""
        now = datetime.now(UTC)
        tries = TriesSoFar(Channel(head["channel"]), head["round"], head["first_try"] or now, template)
        jitter = random.random()  # noqa: S311 - spreads retries, no secret
        return decide_next_step(outcome, tries, now=now, jitter=jitter, look_for=self._look_for)

    async def report(self, results: Sequence[tuple[MessageRow, Result]], *, last: UUID | None = None) -> None:
        """Report results by one command per key and trace, so that the events carry on the message's trace.

        ``last`` is the carrier's key and goes after all others. If this process dies before that, the replica that
        takes over looks at all the rows again.
        """
        groups: dict[tuple[UUID, str | None], list[Result]] = {}
        for row, result in results:
            if result.status in ("given_up", "suppressed"):
                count_outcome(self._running.meters, str(result.channel), result.status)
            groups.setdefault((key_of(row), result.traceparent), []).append(result)
        for of_carrier in (False, True):
            await asyncio.gather(
                *(
                    self._settle(key, Settle(tuple(of_one)), traceparent)
                    for (key, traceparent), of_one in groups.items()
                    if (key == last) is of_carrier
                )
            )

    async def _settle(self, key: UUID, settle: Settle, traceparent: str | None) -> None:
        again: UUID | None = None

        async def attempt() -> None:
            await self._running.do(settle, keys=(key,), actor="notifier", traceparent=traceparent, again=again)

        async def failed(error: Exception, _backoff: Backoff) -> None:
            nonlocal again
            again = error.call if isinstance(error, Unsure) else again

        try:
            # Short pauses: a lease that ends before its result is stored makes the message unsure.
            await retry(attempt, (Unavailable,), failed=failed, backoff=Backoff(longest=SHORT_S))
        except Refused as refusal:
            log.error("sender.not_settled", key=str(key), code=refusal.code, trace_id=id_of(traceparent))
