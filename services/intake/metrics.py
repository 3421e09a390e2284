"""Intake's own metrics; prefix `tanggap_`, labels from closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

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


# A process has one registry, which takes a metric once; its doors may be built more than once.
_MADE: WeakKeyDictionary[CollectorRegistry, Changes] = WeakKeyDictionary()


def changes_of(registry: CollectorRegistry) -> Changes:
    """Return the counter of this registry, made at the first call."""
    if registry not in _MADE:
        _MADE[registry] = Changes(registry)
    return _MADE[registry]
