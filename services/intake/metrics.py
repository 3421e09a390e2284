"""Intake's own metrics, with the prefix `tanggap_` and labels from closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter

from services.intake.whatsapp.fields import FIELDS

# All possible values of each label of each metric.
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_whatsapp_changes_total": {"field": FIELDS, "outcome": frozenset({"heard", "dropped"})},
}


class Changes:
    """A counter of the changes in WhatsApp webhooks, by field and outcome.

    "heard" means that intake acts upon the change; "dropped" means that intake only counts it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._changes = Counter(
            "tanggap_whatsapp_changes_total", "Changes in WhatsApp webhooks", ["field", "outcome"], registry=registry
        )
        for field in FIELDS:
            for outcome in ("heard", "dropped"):
                self._changes.labels(field, outcome)

    def count(self, field: str, *, heard: bool) -> None:
        """Count one change. ``field`` must be one of FIELDS."""
        self._changes.labels(field, "heard" if heard else "dropped").inc()


# A registry accepts a metric only once, but a process may build its doors more than once.
_MADE: WeakKeyDictionary[CollectorRegistry, Changes] = WeakKeyDictionary()


def webhook_changes(registry: CollectorRegistry) -> Changes:
    """Return the counter of this registry. The first call makes the counter."""
    if registry not in _MADE:
        _MADE[registry] = Changes(registry)
    return _MADE[registry]
