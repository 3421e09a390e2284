"""Intake's own metrics, with the prefix `tanggap_` and labels from closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Gauge

# Every field of an account to which the platform lets an application subscribe. A new field counts as `other`.
OTHER_FIELD: Final = "other"
WEBHOOK_FIELDS: Final = frozenset(
    {
        "account_alerts",
        "account_offboarded",
        "account_reconnected",
        "account_review_update",
        "account_settings_update",
        "account_update",
        "automatic_events",
        "business_capability_update",
        "business_status_update",
        "business_username_update",
        "calls",
        "flows",
        "group_lifecycle_update",
        "group_participants_update",
        "group_settings_update",
        "group_status_update",
        "history",
        "message_echoes",
        "message_template_components_update",
        "message_template_quality_update",
        "message_template_status_update",
        "messages",
        "messaging_handovers",
        "partner_solutions",
        "payment_configuration_update",
        "phone_number_name_update",
        "phone_number_quality_update",
        "security",
        "smb_app_state_sync",
        "smb_message_echoes",
        "standby",
        "template_category_update",
        "template_correct_category_detection",
        "tracking_events",
        "user_id_update",
        "user_preferences",
        OTHER_FIELD,
    }
)
# What becomes of a file: it is kept, or refused for one of these reasons.
KEPT: Final = "kept"
MEDIA_OUTCOMES: Final = frozenset(
    {
        KEPT,
        "abandoned",
        "costly",
        "empty",
        "gone",
        "infected",
        "mismatch",
        "not_fetched",
        "pixels",
        "size",
        "type",
        "unreadable",
    }
)

# All possible values of each label of each metric.
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_media_settled_total": {"outcome": MEDIA_OUTCOMES},
    "tanggap_whatsapp_changes_total": {"field": WEBHOOK_FIELDS, "outcome": frozenset({"heard", "dropped"})},
}


class WebhookChanges:
    """A counter of the changes in WhatsApp webhooks, by field and outcome.

    "heard" means that intake acts upon the change; "dropped" means that intake only counts it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._changes = Counter(
            "tanggap_whatsapp_changes_total", "Changes in WhatsApp webhooks", ["field", "outcome"], registry=registry
        )
        for field in WEBHOOK_FIELDS:
            for outcome in ("heard", "dropped"):
                self._changes.labels(field, outcome)

    def count(self, field: str, *, heard: bool) -> None:
        """Count one change. ``field`` must be one of WEBHOOK_FIELDS."""
        self._changes.labels(field, "heard" if heard else "dropped").inc()


class MediaMeters:
    """The counter of the files that were kept or refused, and the gauges of those that channels still hold."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._settled = Counter(
            "tanggap_media_settled_total",
            "Files of citizens, kept or refused by reason",
            ["outcome"],
            registry=registry,
        )
        for outcome in MEDIA_OUTCOMES:
            self._settled.labels(outcome)
        self.waiting = Gauge("tanggap_media_waiting", "Files that wait to be fetched from a channel", registry=registry)
        self.oldest = Gauge(
            "tanggap_media_oldest_waiting_seconds", "How long the oldest of these files has waited", registry=registry
        )

    def settled(self, outcome: str, number: int = 1) -> None:
        """Count files. ``outcome`` must be one of MEDIA_OUTCOMES."""
        self._settled.labels(outcome).inc(number)


# A registry accepts a metric only once, but a process may build its web application more than once.
_MADE: WeakKeyDictionary[CollectorRegistry, WebhookChanges] = WeakKeyDictionary()
_MEDIA: WeakKeyDictionary[CollectorRegistry, MediaMeters] = WeakKeyDictionary()


def webhook_changes(registry: CollectorRegistry) -> WebhookChanges:
    """Return the counter of this registry. The first call makes the counter."""
    if registry not in _MADE:
        _MADE[registry] = WebhookChanges(registry)
    return _MADE[registry]


def media_meters(registry: CollectorRegistry) -> MediaMeters:
    """Return the meters of files of this registry. The first call makes them."""
    if registry not in _MEDIA:
        _MEDIA[registry] = MediaMeters(registry)
    return _MEDIA[registry]
