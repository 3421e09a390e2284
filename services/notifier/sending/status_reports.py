"""Folding of the statuses that channels reported: each is compared with the present try of its message."""

from collections import defaultdict
from collections.abc import Sequence

from services.notifier.codes import Channel, Verdict
from services.notifier.metrics import StatusCounter, count_outcome
from services.notifier.rules.rows import Result
from services.notifier.rules.statuses import StatusRelevance, status_relevance
from services.notifier.rules.verdicts import Outcome
from services.notifier.rules.whatsapp_codes import whatsapp_verdict
from services.notifier.sending.letters import Letter, key_of
from services.notifier.sending.reporter import Reporter
from services.notifier.sending.results import results_of
from services.notifier.state import NotifierState
from services.notifier.store import MessageRow, Q
from shared.runtime.running import Running

MANY = 500
UNKNOWN_ERROR = 131000  # the platform's own code for "something went wrong"


class StatusReports:
    """The folding of reported statuses into messages, on the leader."""

    def __init__(self, running: Running[NotifierState], reporter: Reporter) -> None:
        self._running, self._reporter = running, reporter
        self._counter = StatusCounter(running.meters.registry)

    async def fold_waiting(self) -> int:
        """Fold the waiting statuses once and return how many are done. Those of no known message are kept for later."""
        pool = self._running.pool
        ready = [row["event"] for row in await pool.fetch(Q["list_ready_statuses"], MANY)]
        if not ready:
            return 0
        by_event: dict[object, list[MessageRow]] = defaultdict(list)
        for row in await pool.fetch(Q["load_status_messages"], ready):
            by_event[row["event"]].append(dict(row))
        sorted_out: dict[StatusRelevance, list[MessageRow]] = {"counts": [], "old": [], "wait": []}
        decided: set[object] = set()
        arrived: list[tuple[MessageRow, Result]] = []
        for rows in by_event.values():
            head = _head(rows)
            # The rows were read before a failure of the same message was decided and are out of date: wait a round.
            again = head["id"] in decided
            relevance: StatusRelevance = "wait" if again else _relevance(head)
            sorted_out[relevance].append(head)
            if relevance != "counts":
                continue
            if head["status"] == "failed":
                await self._reporter.report(arrived)
                arrived = []
                decided.add(head["id"])
                await self._failed(rows)
            else:
                arrived += _arrived(rows)
        await self._reporter.report(arrived)
        await self._sort(ready, sorted_out)
        return len(sorted_out["counts"]) + len(sorted_out["old"])

    async def _sort(self, ready: Sequence[object], sorted_out: dict[StatusRelevance, list[MessageRow]]) -> None:
        pool = self._running.pool
        old, counted, wait = sorted_out["old"], sorted_out["counts"], [head["event"] for head in sorted_out["wait"]]
        strange = [head for head in counted if head["status"] == "failed" and head["now_id"] is None]
        if known := [*old, *strange]:
            await pool.execute(
                Q["add_old_provider_ids"], [head["provider_id"] for head in known], [head["id"] for head in known]
            )
        done = [head["event"] for head in (*old, *counted)]
        if done:
            await pool.execute(Q["delete_statuses"], done)
        if wait:
            await pool.execute(Q["postpone_statuses"], wait)
        strangers: Sequence[object] = ()
        if lost := [event for event in ready if event not in {*done, *wait}]:
            strangers = await pool.fetch(Q["postpone_unknown_statuses"], lost)
        for outcome, count in (("counted", len(counted)), ("old", len(old)), ("unknown", len(strangers))):
            self._counter.statuses.labels(outcome).inc(count)

    async def _failed(self, rows: Sequence[MessageRow]) -> None:
        """Decide on a failure that a status reports, by the same rules as on a failure in the answer to the try."""
        head = _head(rows)
        letter, code, template = Letter(head, tuple(rows)), head["code"] or UNKNOWN_ERROR, template_of(head)
        verdict = whatsapp_verdict(code, 400, head["address"] or "")
        outcome = Outcome(
            Verdict.BROKEN if verdict is Verdict.ACCEPTED else verdict, code=code, reason=f"whatsapp {code}"
        )
        count_outcome(self._running.meters, head["channel"], outcome.verdict)
        step = self._reporter.decide(outcome, head, template)
        await self._reporter.report(results_of(letter, step, outcome, template), last=key_of(head))


def template_of(row: MessageRow) -> str | None:
    """Return the approved template of a stored try, or None for free text.

    Return the empty string when the try used a template whose name was not stored before a crash.
    """
    approved: str | None = row["approved"]
    return approved or ("" if row["as_template"] and row["channel"] == Channel.WHATSAPP else None)


def _head(rows: Sequence[MessageRow]) -> MessageRow:
    return next((row for row in rows if row["id"] == row["carrier"]), rows[0])


def _relevance(head: MessageRow) -> StatusRelevance:
    return status_relevance(
        state=head["state"],
        now_id=head["now_id"],
        provider_id=head["provider_id"],
        old=head["old"],
        status=head["status"],
    )


def _arrived(rows: Sequence[MessageRow]) -> list[tuple[MessageRow, Result]]:
    head = _head(rows)
    letter, status = Letter(head, tuple(rows)), head["status"]
    return [
        (row, letter.result(row, status, status, provider_id=head["provider_id"] if row is head else None))
        for row in rows
    ]
