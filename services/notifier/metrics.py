"""The notifier's own metrics, and its labels of `tanggap_effects_total`, which every service has."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.notifier.codes import CHANNELS, Audience, Verdict
from services.notifier.texts import approved_names
from shared.observability.metrics import Meters

# The closed set of outcomes: the verdict on a try, or the end of a message that was not sent.
OUTCOMES = (*(verdict.value for verdict in Verdict), "given_up", "suppressed")
# A status belongs to the present try (counted), to an earlier try (old), or to no message of ours (unknown).
STATUS_OUTCOMES = ("counted", "old", "unknown")
_EACH_CHANNEL = frozenset(CHANNELS)
# For each metric and label, every value that the label may have.
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_messages": {"channel": _EACH_CHANNEL, "state": frozenset({"due", "sending", "unsure", "given_up"})},
    "tanggap_notices_waiting": {"audience": frozenset(Audience)},
    "tanggap_channel_stopped": {"channel": _EACH_CHANNEL},
    "tanggap_channel_resting": {"channel": _EACH_CHANNEL},
    "tanggap_channel_off": {"channel": _EACH_CHANNEL},
    "tanggap_template_stopped": {"template": frozenset(approved_names())},
    "tanggap_addresses_stopped": {"channel": _EACH_CHANNEL},
    "tanggap_message_overdue_seconds": {"channel": _EACH_CHANNEL},
    "tanggap_effects_total": {"channel": _EACH_CHANNEL, "outcome": frozenset(OUTCOMES)},
    "tanggap_message_statuses_total": {"outcome": frozenset(STATUS_OUTCOMES)},
}


class MessageGauges:
    """The gauges that are read from the tables every ten seconds. Their labels hold no ids."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.messages = Gauge(
            "tanggap_messages", "Messages not done with, by channel and state", ["channel", "state"], registry=registry
        )
        self.waiting = Gauge(
            "tanggap_notices_waiting", "Notices whose address is not known", ["audience"], registry=registry
        )
        self.stopped = Gauge(
            "tanggap_channel_stopped",
            "1 while a channel stands still until a person acts",
            ["channel"],
            registry=registry,
        )
        self.resting = Gauge(
            "tanggap_channel_resting", "1 while a channel rests and goes on by itself", ["channel"], registry=registry
        )
        self.off = Gauge(
            "tanggap_channel_off", "1 for a channel that is not configured", ["channel"], registry=registry
        )
        self.templates = Gauge(
            "tanggap_template_stopped", "1 while an approved template stands still", ["template"], registry=registry
        )
        self.addresses = Gauge(
            "tanggap_addresses_stopped",
            "Addresses that have gone until an import names them",
            ["channel"],
            registry=registry,
        )
        self.overdue = Gauge(
            "tanggap_message_overdue_seconds",
            "How long the oldest message that may go out has waited",
            ["channel"],
            registry=registry,
        )


class StatusCounter:
    """The counter of statuses that channels reported."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.statuses = Counter(
            "tanggap_message_statuses_total",
            "Statuses of our messages by what became of them",
            ["outcome"],
            registry=registry,
        )
        for outcome in STATUS_OUTCOMES:
            self.statuses.labels(outcome)


def count_outcome(meters: Meters, channel: str, outcome: str) -> None:
    """Count one outcome of a channel: a verdict on a try, or a message that was given up or suppressed."""
    meters.effects.labels(str(channel), str(outcome)).inc()


def create_outcomes(meters: Meters) -> None:
    """Create every pair of channel and outcome at 0, so that an alert sees the first outcome as a rise."""
    for channel in CHANNELS:
        for outcome in OUTCOMES:
            meters.effects.labels(channel, outcome)
