"""The notifier's own metrics; effects by channel and outcome are `tanggap_effects_total`, which every service has."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from services.notifier.kinds import CHANNELS, Audience
from services.notifier.rules.verdicts import Verdict
from services.notifier.wording import approved_names
from shared.observability.metrics import Meters

# The closed set of outcomes: what a try brought, and how a message ended that did not go out.
OUTCOMES = (*(verdict.value for verdict in Verdict), "given_up", "suppressed")
# Statuses by what became of them: of the present try, of an earlier one, of no message of ours.
HEARD = ("counted", "old", "unknown")
_EACH_CHANNEL = frozenset(CHANNELS)
# Metric and label to every value it may have.
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
    "tanggap_message_statuses_total": {"outcome": frozenset(HEARD)},
}


class Numbers:
    """Read from the tables every few seconds; prefix `tanggap_`, no ids in labels."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.messages = Gauge(
            "tanggap_messages", "Messages not done with, by channel and state", ["channel", "state"], registry=registry
        )
        self.waiting = Gauge("tanggap_notices_waiting", "Notices whose address is not known", ["audience"], registry=registry)
        self.stopped = Gauge(
            "tanggap_channel_stopped", "1 while a channel stands still until a person acts", ["channel"], registry=registry
        )
        self.resting = Gauge(
            "tanggap_channel_resting", "1 while a channel rests and goes on by itself", ["channel"], registry=registry
        )
        self.off = Gauge("tanggap_channel_off", "1 for a channel that is not configured", ["channel"], registry=registry)
        self.templates = Gauge(
            "tanggap_template_stopped", "1 while an approved template stands still", ["template"], registry=registry
        )
        self.addresses = Gauge(
            "tanggap_addresses_stopped", "Addresses that have gone until an import names them", ["channel"], registry=registry
        )
        self.overdue = Gauge(
            "tanggap_message_overdue_seconds",
            "How long the oldest message that may go out has waited",
            ["channel"],
            registry=registry,
        )


class Statuses:
    """Statuses that channels reported."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.heard = Counter(
            "tanggap_message_statuses_total", "Statuses of our messages by what became of them", ["outcome"], registry=registry
        )
        for outcome in HEARD:
            self.heard.labels(outcome)


def effect(meters: Meters, channel: str, outcome: str) -> None:
    """Count one effect, or one message that had none."""
    meters.effects.labels(str(channel), str(outcome)).inc()


def from_the_start(meters: Meters) -> None:
    """Every pair of channel and outcome is there at 0, so that the first one is a rise that an alert sees."""
    for channel in CHANNELS:
        for outcome in OUTCOMES:
            meters.effects.labels(channel, outcome)
