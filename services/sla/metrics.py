"""The service's own metrics, of what ended in the last 90 days; no ids in labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Gauge

from services.sla.differences import KINDS

if TYPE_CHECKING:
    from services.sla.numbers import Line


class Differences:
    """Set by every replica, of what is installed where it runs."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.differ = Gauge(
            "tanggap_rules_differences", "What is installed but not in force: holidays, days of the zone, files", ["what"],
            registry=registry,
        )  # fmt: skip
        self.show({})

    def show(self, counts: Mapping[str, int]) -> None:
        """How much differs, by kind; a kind without a count is 0."""
        for kind in KINDS:
            self.differ.labels(kind).set(counts.get(kind, 0))


class Numbers:
    """Read from the tables every minute by the replica that leads; the others show none."""

    def __init__(self, registry: CollectorRegistry) -> None:
        by, each = ["opd", "topic"], ["opd", "topic", "clock"]
        self.met = Gauge(
            "tanggap_deadlines_met", "Deadlines met, on time or late, in the last 90 days", [*each, "result"], registry=registry
        )
        self.working = Gauge(
            "tanggap_deadline_working_seconds", "Office time until met, without pauses", [*each, "quantile"], registry=registry
        )
        self.pauses = Gauge("tanggap_deadline_pauses", "Pauses of cases that were solved", by, registry=registry)
        self.transfers = Gauge("tanggap_deadline_transfers", "Cases that the OPD declined or lost", by, registry=registry)
        self.disputes = Gauge("tanggap_deadline_disputes", "Answers that the citizen disputed", by, registry=registry)

    def clear(self) -> None:
        """Show nothing."""
        for gauge in (self.met, self.working, self.pauses, self.transfers, self.disputes):
            gauge.clear()

    def show(self, lines: Iterable[Line]) -> None:
        """One line per OPD and topic; sums are Prometheus's work."""
        self.clear()
        for line in lines:
            if line.opd is None or line.topic is None:
                continue
            for clock, told in (("respond", line.respond), ("resolve", line.resolve)):
                self.met.labels(line.opd, line.topic, clock, "on_time").set(told.on_time)
                self.met.labels(line.opd, line.topic, clock, "late").set(told.late)
                if told.median is not None and told.p90 is not None:
                    self.working.labels(line.opd, line.topic, clock, "0.5").set(told.median)
                    self.working.labels(line.opd, line.topic, clock, "0.9").set(told.p90)
            self.pauses.labels(line.opd, line.topic).set(line.pauses)
            self.transfers.labels(line.opd, line.topic).set(line.transfers)
            self.disputes.labels(line.opd, line.topic).set(line.disputes)
