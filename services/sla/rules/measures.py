"""The rows behind the statistics: one per deadline that ended, per dispute, and per question after an answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.sla.rules.pauses import pauses_of_run
from services.sla.state import UNOWNED, CaseClocks, ClockRun, Question
from shared.labels import CHANNELS
from shared.reference import known_topic
from shared.worktime import Timetable, union
from shared.worktime.table import micros

SECOND = 1_000_000
NO_TOPIC = "none"
DISPUTE = "dispute"
QUESTION = "question"
OTHER_CHANNEL = "other"


@dataclass(frozen=True, slots=True)
class Measure:
    """One deadline that ended, one dispute or one question. ``what`` is the clock, `dispute` or `question`.

    ``worked`` and ``paused`` are office time in seconds. Only a question has a rating, and the marks after ``region``.
    """

    key: UUID
    what: str
    run: int
    opd: str
    topic: str
    ended_at: datetime
    outcome: str
    late: bool
    worked: int = 0
    paused: int = 0
    pauses: int = 0
    channel: str = ""
    stars: int | None = None
    scale: int | None = None
    region: str = ""
    promised: bool = False
    broken: bool = False
    unanswered: bool = False
    silent: bool = False
    disputed: bool = False
    reopened: bool = False
    honest: bool = False


def measure_run(table: Timetable, key: UUID, case: CaseClocks, run: ClockRun) -> Measure:
    """Measure a run that ended.

    It counts for the OPD that had the case then; the desk's own clocks count for the desk, those of a helper for the
    helper.
    """
    ended = run.ended_at or run.due_at
    own = run.clock == "respond" or run.helper is not None
    owner = run.opd if own else case.opd if run.clock == "resolve" else None
    begin, end = micros(run.started_at), micros(ended)
    spans = union(begin, pauses_of_run(case, run))
    paused = sum(table.worked(b) - table.worked(a) for a, b in spans)
    worked = table.worked(end) - table.worked(begin) - paused if end > begin else 0
    return Measure(
        key=key,
        what=run.clock,
        run=run.run,
        opd=owner or run.opd or UNOWNED,
        topic=known_topic(case.topic) or NO_TOPIC,
        ended_at=ended,
        outcome=run.outcome or "",
        late=run.late,
        worked=max(0, worked) // SECOND,
        paused=paused // SECOND,
        pauses=len(spans),
        channel=known_channel(case.channel),
        region=case.region or "",
    )


def measure_dispute(key: UUID, case: CaseClocks, at: datetime) -> Measure:
    """Measure a dispute. It counts against the OPD that had answered."""
    return Measure(
        key=key,
        what=DISPUTE,
        run=case.disputes,
        opd=case.opd or UNOWNED,
        topic=known_topic(case.topic) or NO_TOPIC,
        ended_at=at,
        outcome="disputed",
        late=False,
        channel=known_channel(case.channel),
        region=case.region or "",
    )


def measure_question(key: UUID, case: CaseClocks, question: Question) -> Measure:
    """Measure the question of an answer, at the time at which it was asked, with what came back so far."""
    return Measure(
        key=key,
        what=QUESTION,
        run=question.number,
        opd=question.opd,
        topic=known_topic(case.topic) or NO_TOPIC,
        ended_at=question.asked_at,
        outcome=question.heard,
        late=question.late,
        channel=known_channel(case.channel),
        stars=question.stars,
        scale=question.scale if question.stars is not None else None,
        region=case.region or "",
        promised=question.promised,
        broken=question.broken,
        unanswered=question.unanswered,
        silent=question.silent,
        disputed=question.disputed,
        reopened=question.reopened,
        honest=question.honest,
    )


def known_channel(channel: str | None) -> str:
    """Return a channel that has a word. Another system's own name for its channel counts as `other`."""
    return channel if channel is not None and channel in CHANNELS else OTHER_CHANNEL
