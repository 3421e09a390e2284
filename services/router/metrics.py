"""The router's own metrics: voice notes that wait, topics without an OPD, and the decisions of the shadow model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.events.fact import Outcome

OUTCOMES = frozenset(get_args(Outcome))
# `failed`: the shadow model gave no decision.
SHADOW_OUTCOMES = frozenset({*OUTCOMES, "failed"})
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
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


class RegistryGauges:
    """The gauge of the registry's own alarm."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.without_office = Gauge(
            "tanggap_topics_without_opd", "Topics of the province that no OPD in force has", registry=registry
        )
