"""Intake's own metrics; prefix `tanggap_`, labels from closed sets."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter

from services.intake.whatsapp.fields import FIELDS

# Metric and label to every value it may have.
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_whatsapp_changes_total": {"field": FIELDS, "outcome": frozenset({"heard", "dropped"})},
}


class Changes:
    """What the WhatsApp webhook brought, by field: heard, or counted and dropped because nothing here acts upon it."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._changes = Counter(
            "tanggap_whatsapp_changes_total", "Changes in WhatsApp webhooks", ["field", "outcome"], registry=registry
        )
        for field in FIELDS:
            for outcome in ("heard", "dropped"):
                self._changes.labels(field, outcome)

    def count(self, field: str, *, heard: bool) -> None:
        """Count one change; ``field`` is one of the closed set."""
        self._changes.labels(field, "heard" if heard else "dropped").inc()
