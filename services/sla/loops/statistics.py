"""The loop that computes the figures of changed months, and shows the statistics of the last 90 days as metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client import Gauge

from services.sla.metrics import OPDS, TOPICS, DeadlineGauges
from services.sla.statistics.by_opd import StatisticsLine, load_statistics
from services.sla.statistics.figures import refresh_figures
from services.sla.store import count_overdue
from shared.backoff import every
from shared.observability.logs import get_logger
from shared.observability.metrics import OTHER, one_of
from shared.postgres.errors import TRANSIENT
from shared.worktime.table import micros

if TYPE_CHECKING:
    from services.sla.state import CaseClocks
    from shared.runtime.running import Running

log = get_logger()
EVERY_S = 60
WINDOW = timedelta(days=90)


async def publish_statistics(running: Running[CaseClocks]) -> None:
    """Compute the figures and show the statistics while this replica leads, and none otherwise, until cancelled."""
    gauges = DeadlineGauges(running.meters.registry)

    async def show() -> None:
        if running.leading():
            await refresh_figures(running.pool)
            now = running.clock.now()
            show_statistics(gauges, await load_statistics(running.pool, now - WINDOW, now))
            gauges.show_overdue(await count_overdue(running.pool, micros(now)))
        else:
            gauges.clear()

    await every(
        EVERY_S,
        show,
        TRANSIENT,
        failed=lambda error: log.warning("numbers.retried", error=type(error).__name__),
        beat=lambda: running.health.beat("numbers"),
    )


def show_statistics(gauges: DeadlineGauges, lines: Iterable[StatisticsLine]) -> None:
    """Set the gauges from one line per OPD and topic. Prometheus computes the sums.

    ``other`` has counts only, because medians cannot be added up.
    """
    gauges.clear()
    sums: Counter[tuple[Gauge, tuple[str, ...]]] = Counter()
    for line in lines:
        if line.opd is None or line.topic is None:
            continue
        by = (one_of(line.opd, OPDS), one_of(line.topic, TOPICS))
        for name, clock in (("respond", line.respond), ("resolve", line.resolve)):
            sums[gauges.met, (*by, name, "on_time")] += clock.on_time
            sums[gauges.met, (*by, name, "late")] += clock.late
            if OTHER not in by and clock.median is not None and clock.p90 is not None:
                gauges.working.labels(*by, name, "0.5").set(clock.median)
                gauges.working.labels(*by, name, "0.9").set(clock.p90)
        sums[gauges.pauses, by] += line.pauses
        sums[gauges.transfers, by] += line.transfers
        sums[gauges.disputes, by] += line.disputes
    for (gauge, values), count in sums.items():
        gauge.labels(*values).set(count)
