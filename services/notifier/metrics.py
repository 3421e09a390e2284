"""The notifier's own metrics; effects by channel and outcome are `tanggap_effects_total`, which every service has."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Gauge

from services.notifier.kinds import CHANNELS, Audience
from services.notifier.rules.retry import Verdict

# Metric and label to every value it may have.
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_messages": {"channel": frozenset(CHANNELS), "state": frozenset({"due", "sending", "unsure", "given_up"})},
    "tanggap_notices_waiting": {"audience": frozenset(Audience)},
    "tanggap_channel_stopped": {"channel": frozenset(CHANNELS)},
    "tanggap_effects_total": {"channel": frozenset(CHANNELS), "outcome": frozenset({*Verdict, "suppressed"})},
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
        self.overdue = Gauge(
            "tanggap_message_overdue_seconds", "How long the oldest message that may go out has waited", registry=registry
        )
