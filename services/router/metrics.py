"""The router's own metrics: voice notes, topics without an OPD, the shadow model, the connection to SP4N."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import product
from typing import Any, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.router.codes import Sp4nReason
from shared.events.fact import Desk, Outcome
from shared.observability.metrics import OTHER, one_of
from shared.reference import opds

OUTCOMES = frozenset(get_args(Outcome))
# `failed`: the shadow model gave no decision.
SHADOW_OUTCOMES = frozenset({*OUTCOMES, "failed"})
SP4N_REASONS = frozenset(get_args(Sp4nReason))
DESKS = frozenset(get_args(Desk))
OPDS = frozenset({*opds(), OTHER})
WITH_OPD = frozenset({"assigned", "in_progress", "awaiting_citizen", "resolved"})
# The stages of a referral, as the queries call them, in the words of the metric.
STAGES: Mapping[str | None, str] = {"baru": "fresh", "surat": "letter", "diberitahu": "told", "dijawab": "answered"}
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_desk_cases": {"desk": DESKS},
    "tanggap_desk_oldest_seconds": {"desk": DESKS},
    "tanggap_opd_cases": {"opd": OPDS, "state": WITH_OPD},
    "tanggap_referred_cases": {"stage": frozenset({*STAGES.values(), OTHER})},
    "tanggap_sp4n_waiting": {"state": frozenset({"due", "person"}), "reason": frozenset({"", *SP4N_REASONS})},
    "tanggap_shadow_decisions_total": {
        "live": OUTCOMES,
        "shadow": SHADOW_OUTCOMES,
        "agrees": frozenset({"yes", "no"}),
    },
}


class ShadowCounter:
    """The counter of decisions beside those in force. Every replica counts the cases that it opens."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._decisions = Counter(
            "tanggap_shadow_decisions_total",
            "Decisions of the shadow model on new complaints, beside those in force",
            ["live", "shadow", "agrees"],
            registry=registry,
        )

    def count(self, live: str, shadow: str, *, agrees: bool) -> None:
        """Count one decision. ``agrees``: both send the complaint to the same place."""
        self._decisions.labels(live, shadow, "yes" if agrees else "no").inc()


class VoiceGauges:
    """The gauges of the cases with a voice note that nobody has written down."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.waiting = Gauge(
            "tanggap_voice_notes_waiting", "Cases with a voice note that nobody has written down", registry=registry
        )
        self.late = Gauge(
            "tanggap_voice_notes_late", "Those of them that are beyond four working hours", registry=registry
        )


class Sp4nGauges:
    """The gauges of the connection to SP4N. Every replica shows the same numbers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.mirrored = Gauge("tanggap_sp4n_mirrored", "Complaints that stand in SP4N", registry=registry)
        self._waiting = Gauge(
            "tanggap_sp4n_waiting",
            "Complaints with something that has not reached SP4N",
            ["state", "reason"],
            registry=registry,
        )
        self._oldest = Gauge(
            "tanggap_sp4n_oldest_waiting_seconds", "Age of the oldest that goes by itself", registry=registry
        )
        self.unread = Gauge(
            "tanggap_sp4n_unread_seconds", "How late the reading in SP4N is that is most overdue", registry=registry
        )
        for state, reason in product(("due", "person"), ("", *SP4N_REASONS)):
            self._waiting.labels(state, reason)
        self._differences = Gauge(
            "tanggap_sp4n_differences",
            "Complaints on which both sides differed at the last comparison",
            registry=registry,
        )
        self._compared = Gauge(
            "tanggap_sp4n_comparison_age_seconds", "Age of the last comparison of both sides", registry=registry
        )

    def set(self, rows: Sequence[Mapping[str, Any]], comparison: Mapping[str, Any] | None, *, connected: bool) -> None:
        """Show these counts of waiting rows by state and reason, and the last comparison, if there was one."""
        for state, reason in product(("due", "person"), ("", *SP4N_REASONS)):
            self._waiting.labels(state, reason).set(0)
        for row in rows:
            self._waiting.labels(row["state"], row["reason"]).set(row["number"])
        self._oldest.set(max((row["age"] for row in rows if row["state"] == "due" and connected), default=0.0))
        if comparison is not None:
            self._differences.set(comparison["differences"])
            self._compared.set(comparison["age"])


class RegistryGauges:
    """The gauge of the registry's own alarm."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.without_office = Gauge(
            "tanggap_topics_without_opd", "Topics of the province that no OPD in force has", registry=registry
        )


class CaseGauges:
    """The gauges of the cases that wait for people. The leader shows them, the other replicas show none."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._waiting = Gauge("tanggap_desk_cases", "Cases that wait at a desk", ["desk"], registry=registry)
        self._oldest = Gauge(
            "tanggap_desk_oldest_seconds", "How long the first of them has waited", ["desk"], registry=registry
        )
        self._of_opds = Gauge("tanggap_opd_cases", "Open cases of an OPD by state", ["opd", "state"], registry=registry)
        self._referred = Gauge("tanggap_referred_cases", "Referred cases by stage", ["stage"], registry=registry)

    def clear(self) -> None:
        """Remove every value."""
        for gauge in (self._waiting, self._oldest, self._of_opds, self._referred):
            gauge.clear()

    def show(
        self,
        desks: Sequence[Mapping[str, Any]],
        of_opds: Sequence[Mapping[str, Any]],
        referred: Sequence[Mapping[str, Any]],
        now: datetime,
    ) -> None:
        """Show these counts. A desk at which nothing waits, and a stage without cases, are 0."""
        self.clear()
        for desk in DESKS:
            self._waiting.labels(desk).set(0)
            self._oldest.labels(desk).set(0)
        for row in desks:
            self._waiting.labels(row["desk"]).set(row["number"])
            self._oldest.labels(row["desk"]).set((now - row["since"]).total_seconds() if row["since"] else 0)
        for row in of_opds:
            self._of_opds.labels(one_of(row["opd"], OPDS), row["state"]).inc(row["number"])
        for stage in STAGES.values():
            self._referred.labels(stage).set(0)
        for row in referred:
            self._referred.labels(STAGES.get(row["stage"], OTHER)).set(row["number"])
