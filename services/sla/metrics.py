"""The service's own metrics: deadlines that ended in the last 90 days, and rules not in force. No ids in labels."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge

from shared.observability.metrics import OTHER, one_of
from shared.reference import opds, topic_codes

# Every value that a label may have. A topic may be a category of another system, in that system's words: it counts as
# `other`, so that the label's values stay a closed set.
OPDS = frozenset({*opds(), OTHER})
# Those who have deadlines to meet: an OPD, or the triage desk for cases that no OPD has.
OWNERS = OPDS | {"triage"}
TOPICS = frozenset({*topic_codes(), OTHER})
CLOCKS = frozenset({"respond", "resolve"})
# The kinds of difference between the rules in force and what is installed.
KINDS = ("holidays", "zone", "files")
_BY: Mapping[str, frozenset[str]] = {"opd": OPDS, "topic": TOPICS}
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_deadlines_met": {**_BY, "clock": CLOCKS, "result": frozenset({"on_time", "late"})},
    "tanggap_deadline_working_seconds": {**_BY, "clock": CLOCKS, "quantile": frozenset({"0.5", "0.9"})},
    "tanggap_deadline_pauses": _BY,
    "tanggap_deadline_transfers": _BY,
    "tanggap_deadline_disputes": _BY,
    "tanggap_overdue_cases": {"opd": OWNERS},
    "tanggap_rules_differences": {"what": frozenset(KINDS)},
}


class RuleDifferenceGauge:
    """The gauge of what is installed but not in force. Every replica sets it for its own installation."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.differ = Gauge(
            "tanggap_rules_differences",
            "What is installed but not in force: holidays, days of the zone, files",
            ["what"],
            registry=registry,
        )
        self.show({})

    def show(self, counts: Mapping[str, int]) -> None:
        """Show how much differs, by kind. A kind without a count is 0."""
        for kind in KINDS:
            self.differ.labels(kind).set(counts.get(kind, 0))


class DeadlineGauges:
    """The gauges of ended deadlines.

    The leader reads them from the tables every minute; the other replicas show none.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        by, each = ["opd", "topic"], ["opd", "topic", "clock"]
        self.met = Gauge(
            "tanggap_deadlines_met",
            "Deadlines met, on time or late, in the last 90 days",
            [*each, "result"],
            registry=registry,
        )
        self.working = Gauge(
            "tanggap_deadline_working_seconds",
            "Office time until met, without pauses",
            [*each, "quantile"],
            registry=registry,
        )
        self.pauses = Gauge("tanggap_deadline_pauses", "Pauses of cases that were solved", by, registry=registry)
        self.transfers = Gauge(
            "tanggap_deadline_transfers", "Cases that the OPD declined or lost", by, registry=registry
        )
        self.disputes = Gauge("tanggap_deadline_disputes", "Answers that the citizen disputed", by, registry=registry)

        self._overdue = Gauge(
            "tanggap_overdue_cases",
            "Cases of an OPD, or of the triage desk, beyond a limit",
            ["opd"],
            registry=registry,
        )

    def show_overdue(self, counts: Mapping[str, int]) -> None:
        """Show the overdue cases of each owner. Those of an OPD that the registry has not, count as `other`."""
        self._overdue.clear()
        for owner, number in counts.items():
            self._overdue.labels(one_of(owner, OWNERS)).inc(number)

    def clear(self) -> None:
        """Remove every value."""
        for gauge in (self.met, self.working, self.pauses, self.transfers, self.disputes, self._overdue):
            gauge.clear()
