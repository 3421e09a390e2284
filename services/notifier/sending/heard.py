"""Folding of the statuses that channels reported: each is compared with the present try of its message."""

from collections import defaultdict
from collections.abc import Sequence

from services.notifier.kinds import Channel
from services.notifier.metrics import Statuses, effect
from services.notifier.rows import Result
from services.notifier.rules.statuses import Standing, standing
from services.notifier.rules.verdicts import Outcome, Verdict
from services.notifier.rules.whatsapp_codes import whatsapp_verdict
from services.notifier.sending.letters import Letter, Row, key_of
from services.notifier.sending.loop import Post
from services.notifier.sending.results import outcomes
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.runtime.running import Running

MANY = 500
UNKNOWN_ERROR = 131000  # the platform's own code for "something went wrong"


class Heard:
    """The folding of statuses into messages, on the leader."""

    def __init__(self, running: Running[NotifierState], post: Post) -> None:
        self._running, self._post = running, post
        self._statuses = Statuses(running.meters.registry)

    async def round(self) -> int:
        """Fold the waiting statuses once and return how many are done. Those of no known message are kept for later."""
        pool = self._running.pool
        ready = [row["event"] for row in await pool.fetch(Q["status_ready"], MANY)]
        if not ready:
            return 0
        by_event: dict[object, list[Row]] = defaultdict(list)
        for row in await pool.fetch(Q["reported"], ready):
            by_event[row["event"]].append(dict(row))
        sorted_out: dict[Standing, list[Row]] = {"counts": [], "old": [], "wait": []}
        decided: set[object] = set()
        arrived: list[tuple[Row, Result]] = []
        for rows in by_event.values():
            head = _head(rows)
            # The rows were read before a failure of the same message was decided and are out of date: wait a round.
            again = head["id"] in decided
            stands: Standing = "wait" if again else _standing(head)
            sorted_out[stands].append(head)
            if stands != "counts":
                continue
            if head["status"] == "failed":
                await self._post.report(arrived)
                arrived = []
                decided.add(head["id"])
                await self._failed(rows)
            else:
                arrived += _arrived(rows)
        await self._post.report(arrived)
        await self._sort(ready, sorted_out)
        return len(sorted_out["counts"]) + len(sorted_out["old"])

    async def _sort(self, ready: Sequence[object], sorted_out: dict[Standing, list[Row]]) -> None:
        pool = self._running.pool
        old, counted, wait = sorted_out["old"], sorted_out["counts"], [head["event"] for head in sorted_out["wait"]]
        strange = [head for head in counted if head["status"] == "failed" and head["now_id"] is None]
        if known := [*old, *strange]:
            await pool.execute(Q["old_ids"], [head["provider_id"] for head in known], [head["id"] for head in known])
        done = [head["event"] for head in (*old, *counted)]
        if done:
            await pool.execute(Q["status_done"], done)
        if wait:
            await pool.execute(Q["status_wait"], wait)
        strangers: Sequence[object] = ()
        if lost := [event for event in ready if event not in {*done, *wait}]:
            strangers = await pool.fetch(Q["status_later"], lost)
        for outcome, count in (("counted", len(counted)), ("old", len(old)), ("unknown", len(strangers))):
            self._statuses.heard.labels(outcome).inc(count)

    async def _failed(self, rows: Sequence[Row]) -> None:
        """Decide on a failure that a status reports, by the same rules as on a failure in the answer to the try."""
        head = _head(rows)
        letter, code, template = Letter(head, tuple(rows)), head["code"] or UNKNOWN_ERROR, template_of(head)
        verdict = whatsapp_verdict(code, 400, head["address"] or "")
        outcome = Outcome(
            Verdict.BROKEN if verdict is Verdict.ACCEPTED else verdict, code=code, reason=f"whatsapp {code}"
        )
        effect(self._running.meters, head["channel"], outcome.verdict)
        what = self._post.decide(outcome, head, template)
        await self._post.report(outcomes(letter, what, outcome, template), last=key_of(head))


def template_of(row: Row) -> str | None:
    """Return the approved template of a stored try, or None for free text.

    Return the empty string when the try used a template whose name was not stored before a crash.
    """
    approved: str | None = row["approved"]
    return approved or ("" if row["as_template"] and row["channel"] == Channel.WHATSAPP else None)


def _head(rows: Sequence[Row]) -> Row:
    return next((row for row in rows if row["id"] == row["carrier"]), rows[0])


def _standing(head: Row) -> Standing:
    return standing(
        state=head["state"],
        now_id=head["now_id"],
        provider_id=head["provider_id"],
        old=head["old"],
        status=head["status"],
    )


def _arrived(rows: Sequence[Row]) -> list[tuple[Row, Result]]:
    head = _head(rows)
    letter, status = Letter(head, tuple(rows)), head["status"]
    return [
        (row, letter.result(row, status, status, provider_id=head["provider_id"] if row is head else None))
        for row in rows
    ]
