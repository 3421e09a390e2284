"""The notifier's own metrics; effects by channel and outcome are `tanggap_effects_total`, which every service has."""

from prometheus_client import CollectorRegistry, Gauge

from services.notifier.kinds import CHANNELS
from services.notifier.rules.retry import Verdict
from shared.observability.metrics import Meters

OUTCOMES = (*(verdict.value for verdict in Verdict), "given_up", "suppressed")
"""The closed set of outcomes: what a try brought, and how a message ended that did not go out."""


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
        self.templates = Gauge(
            "tanggap_template_stopped", "1 while an approved template stands still", ["template"], registry=registry
        )
        self.overdue = Gauge(
            "tanggap_message_overdue_seconds", "How long the oldest message that may go out has waited", registry=registry
        )


def effect(meters: Meters, channel: str, outcome: str) -> None:
    """Count one effect, or one message that had none."""
    meters.effects.labels(str(channel), str(outcome)).inc()


def from_the_start(meters: Meters) -> None:
    """Every pair of channel and outcome is there at 0, so that the first one is a rise that an alert sees."""
    for channel in (*CHANNELS, "sms"):  # a contact may have no other way than SMS, which is given up or suppressed
        for outcome in OUTCOMES:
            meters.effects.labels(channel, outcome)
