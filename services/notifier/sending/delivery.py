"""Delivery of one leased letter: compose it, make one try, and report the result."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from services.notifier.channels.outgoing import ChannelSender, Outgoing
from services.notifier.codes import Channel, Verdict
from services.notifier.metrics import count_outcome
from services.notifier.rules.retry import Retry
from services.notifier.rules.rows import Result
from services.notifier.rules.verdicts import Outcome
from services.notifier.sending.letters import (
    Letter,
    TextSettings,
    compose_outgoing,
    key_of,
    obstacle,
)
from services.notifier.sending.reporter import Reporter
from services.notifier.sending.results import results_of
from services.notifier.state import NotifierState
from services.notifier.store import MessageRow, Q
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT
from shared.runtime.running import Running
from shared.trace import id_of

log = get_logger()


class Delivery:
    """The deliverer of one replica.

    ``senders`` holds the configured channels. ``try_s`` is the time limit of one whole try in seconds.
    """

    def __init__(
        self,
        running: Running[NotifierState],
        reporter: Reporter,
        senders: Mapping[Channel, ChannelSender],
        *,
        texts: TextSettings,
        try_s: float,
    ) -> None:
        self._running, self._reporter, self._senders = running, reporter, senders
        self._texts, self._try_s = texts, try_s

    async def deliver(self, letter: Letter) -> None:
        """Send one letter and report its result.

        The row is in the state `sending` already. If this process dies now, the message becomes `unsure` when its lease
        ends: it may have arrived, and no replica simply sends it again.
        """
        head, channel = letter.head, Channel(letter.head["channel"])
        if reason := obstacle(letter):
            rows = [(row, letter.result(row, "suppressed", "suppressed", reason=reason)) for row in letter.rows]
            await self._reporter.report(rows, last=key_of(head))
            return
        ready = self._composed(letter)
        template = ready.template if isinstance(ready, Outgoing) and channel is Channel.WHATSAPP else None
        if template and await self._running.pool.fetchval(Q["is_template_stopped"], template):
            await self._reporter.report(_put_back(letter, template), last=key_of(head))
            return
        outcome = await self._try(letter, ready) if isinstance(ready, Outgoing) else ready
        count_outcome(self._running.meters, channel, outcome.verdict)
        self._running.fault("after_effect")
        if channel is Channel.WEBHOOK:
            await self._note_host(letter, outcome)
        if outcome.verdict is Verdict.ACCEPTED:
            log.debug(
                "message.accepted",
                message=str(head["id"]),
                channel=channel.value,
                trace_id=id_of(letter.traceparent),
            )
        else:
            log.warning(
                "message.not_accepted",
                message=str(head["id"]),
                channel=channel.value,
                verdict=outcome.verdict.value,
                code=outcome.code,
                trace_id=id_of(letter.traceparent),
            )
        step = self._reporter.decide(outcome, head, template)
        await self._reporter.report(results_of(letter, step, outcome, template), last=key_of(head))

    def _composed(self, letter: Letter) -> Outgoing | Outcome:
        """Return the composed message, or a `BROKEN` outcome when a text does not fit its values.

        The message is then given up for a person to see, since the fault is ours, and not lost for the citizen.
        """
        try:
            return compose_outgoing(letter, self._texts, self._running.clock.now())
        except Exception as problem:  # noqa: BLE001 - after any error the message must not be leased again for ever
            log.error(
                "wording.failed",
                message=str(letter.head["id"]),
                error=type(problem).__name__,
                trace_id=id_of(letter.traceparent),
            )
            return Outcome(Verdict.BROKEN, reason=f"wording: {type(problem).__name__}")

    async def _try(self, letter: Letter, ready: Outgoing) -> Outcome:
        """Make one try and return its outcome.

        The time limit holds for the whole try. With a limit per read, a server that sends a byte now and then would
        never end.
        """
        try:
            async with asyncio.timeout(self._try_s):
                return await self._senders[Channel(letter.head["channel"])].send(ready)
        except TimeoutError:
            return Outcome(Verdict.UNSURE, reason="no answer in time", silent=True)
        except Exception as problem:  # noqa: BLE001 - a fault of ours; the message may have left all the same
            log.error(
                "sender.failed",
                message=str(ready.id),
                error=type(problem).__name__,
                trace_id=id_of(letter.traceparent),
            )
            return Outcome(Verdict.UNSURE, reason=type(problem).__name__)

    async def _note_host(self, letter: Letter, outcome: Outcome) -> None:
        """Record whether a webhook's host answered. A silent host gets nothing for a while and so holds no slots."""
        # Neither a code nor silence: we never asked the host.
        if not outcome.silent and outcome.code is None:
            return
        query = Q["add_silent_host" if outcome.silent else "delete_silent_host"]
        try:
            await self._running.pool.execute(query, letter.head["address"])
        except TRANSIENT as error:
            log.warning("host.not_noted", error=type(error).__name__, trace_id=id_of(letter.traceparent))


def _put_back(letter: Letter, template: str) -> list[tuple[MessageRow, Result]]:
    """Return the results that put back a letter whose template is stopped. Nothing was sent.

    The head waits for its template, or for the citizen to write to us. Rows that it carries go back with it.
    """
    waiting = Retry(datetime.now(UTC))
    results = results_of(letter, waiting, Outcome(Verdict.STOP_TEMPLATE, reason="template stopped"), template)
    return [(row, replace(result, status=None, untried=row is letter.head)) for row, result in results]
