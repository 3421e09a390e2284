"""Intake's own metrics, with the prefix `tanggap_` and labels from closed sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.labels import CHANNELS
from shared.observability.metrics import OTHER, one_of

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

# The channels on which people chat, and every kind of message there. The last line's kinds are only counted.
CHATS: Final = ("whatsapp", "instagram", "sms")
MESSAGE_KINDS: Final = frozenset(
    {
        *("text", "choice", "form", "file", "place", "contacts", "sticker", "reaction", "edit", "deletion", "system"),
        *("unreadable", "other"),
        *("group", "other_number", "other_account", "echo", "read", "mention", "landline", "no_number"),
    }
)

# Adapters name channels in words of their own. Those that we have no word for count together.
ACCEPTED_CHANNELS: Final = frozenset({*CHANNELS, OTHER})

# All possible values of each label of each metric.
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_media_settled_total": {"outcome": MEDIA_OUTCOMES},
    "tanggap_whatsapp_changes_total": {"field": WEBHOOK_FIELDS, "outcome": frozenset({"heard", "dropped"})},
    "tanggap_chat_messages_total": {"channel": frozenset(CHATS), "kind": MESSAGE_KINDS},
    "tanggap_accepted_complaints_total": {"channel": ACCEPTED_CHANNELS},
    "tanggap_choice_complaints": {"what": frozenset({"filed", "asked", "chosen"})},
    "tanggap_chat_off": {"channel": frozenset(CHATS)},
}


class IntakeCounters:
    """The counters of what comes by webhook: the changes of WhatsApp, and the messages of each chat channel.

    Of a change, "heard" means that intake acts upon it; "dropped" means that intake only counts it.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._changes = Counter(
            "tanggap_whatsapp_changes_total", "Changes in WhatsApp webhooks", ["field", "outcome"], registry=registry
        )
        for field in WEBHOOK_FIELDS:
            for outcome in ("heard", "dropped"):
                self._changes.labels(field, outcome)
        self._messages = Counter(
            "tanggap_chat_messages_total", "Messages in webhooks, by kind", ["channel", "kind"], registry=registry
        )
        self._off = Gauge(
            "tanggap_chat_off", "1 for a chat channel without its secrets", ["channel"], registry=registry
        )
        for channel in CHATS:
            self._off.labels(channel)
            for kind in MESSAGE_KINDS:
                self._messages.labels(channel, kind)

    def change(self, field: str, *, heard: bool) -> None:
        """Count one change. ``field`` must be one of WEBHOOK_FIELDS."""
        self._changes.labels(field, "heard" if heard else "dropped").inc()

    def message(self, channel: str, kind: str) -> None:
        """Count one message. ``kind`` must be one of MESSAGE_KINDS. A repeat counts again."""
        self._messages.labels(channel, kind).inc()

    def off(self, channel: str) -> None:
        """Note that a channel of this process takes nothing, because its secrets are missing."""
        self._off.labels(channel).set(1)


class AcceptedCounter:
    """The counter of accepted complaints by channel. The leader counts for all replicas."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._accepted = Counter(
            "tanggap_accepted_complaints_total", "Complaints that got a ticket", ["channel"], registry=registry
        )
        for channel in ACCEPTED_CHANNELS:
            self._accepted.labels(channel)

    def count(self, numbers: Mapping[str, int]) -> None:
        """Add these numbers by channel."""
        for channel, number in numbers.items():
            self._accepted.labels(one_of(channel, ACCEPTED_CHANNELS)).inc(number)


class ChoiceGauges:
    """The gauges of the question what a complaint is about, over the last events of the log."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._recent = Gauge(
            "tanggap_choice_complaints",
            "Of the last complaints: those filed, those whose reporter was asked for the subject, and those who chose",
            ["what"],
            registry=registry,
        )

    def show(self, filed: int, asked: int, chosen: int) -> None:
        """Show the counts."""
        for what, number in (("filed", filed), ("asked", asked), ("chosen", chosen)):
            self._recent.labels(what).set(number)


class LiveStreams:
    """The live streams of tracking pages that are open now, and a counter of those that were refused for their number."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.open = Gauge("tanggap_live_streams", "Live streams of tracking pages that are open", registry=registry)
        self.refused = Counter("tanggap_live_streams_refused_total", "Live streams beyond the bound", registry=registry)


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


class LaporanGauges:
    """The gauges of the watched folder of exports. Every replica shows the same numbers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._waiting = Gauge(
            "tanggap_laporan_waiting", "Exports in the watched folder that are not imported yet", registry=registry
        )
        self._oldest = Gauge(
            "tanggap_laporan_oldest_waiting_seconds", "How long the oldest of them has waited", registry=registry
        )
        self._rejected = Gauge(
            "tanggap_laporan_rejected", "Exports of the watched folder that could not be imported", registry=registry
        )

    def show(self, waiting: int, oldest_s: float, rejected: int) -> None:
        """Show the counts."""
        self._waiting.set(waiting)
        self._oldest.set(oldest_s)
        self._rejected.set(rejected)


# A registry accepts a metric only once, but a process may build its web application more than once.
_MADE: WeakKeyDictionary[CollectorRegistry, IntakeCounters] = WeakKeyDictionary()
_STREAMS: WeakKeyDictionary[CollectorRegistry, LiveStreams] = WeakKeyDictionary()
_MEDIA: WeakKeyDictionary[CollectorRegistry, MediaMeters] = WeakKeyDictionary()


def intake_counters(registry: CollectorRegistry) -> IntakeCounters:
    """Return the counters of this registry. The first call makes them."""
    if registry not in _MADE:
        _MADE[registry] = IntakeCounters(registry)
    return _MADE[registry]


def live_streams(registry: CollectorRegistry) -> LiveStreams:
    """Return the metrics of live streams of this registry. The first call makes them."""
    if registry not in _STREAMS:
        _STREAMS[registry] = LiveStreams(registry)
    return _STREAMS[registry]


def media_meters(registry: CollectorRegistry) -> MediaMeters:
    """Return the meters of files of this registry. The first call makes them."""
    if registry not in _MEDIA:
        _MEDIA[registry] = MediaMeters(registry)
    return _MEDIA[registry]
