"""Every metric of the pipeline, declared in one place: prefix `tanggap_`, base units, no ids in labels."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from shared.events.catalogue import INTERNAL, of_opd
from shared.outcomes import Outcome, Reason
from shared.reference import opds

_SIZES = (1, 5, 10, 25, 50, 100, 250, 500, 1000)
_AGES = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 3600)
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)

# Every value that a label may have. With values from outside, anybody could make this process grow without limit.
OTHER = "other"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", OTHER})
STATUSES = frozenset({*(str(status.value) for status in HTTPStatus), OTHER})
DOORS = frozenset({"commands", "records", "ticks"})
OUTCOMES = frozenset(get_args(Outcome))
REASONS = frozenset({*get_args(Reason), OTHER})
_STREAMS = (*INTERNAL, *(stream for code in opds() for stream in of_opd(code)))
# Unreadable webhooks are parked too, each under a topic name that is no stream.
WEBHOOKS = frozenset({"webhook.whatsapp", "webhook.instagram", "webhook.sms"})
TOPICS = frozenset({*(stream.topic for stream in _STREAMS), *WEBHOOKS, OTHER})

# Maps metric and label to the allowed values. None stands for the templates of the service's own routes, and
# ``unmatched``.
LABELS: Mapping[str, Mapping[str, frozenset[str] | None]] = {
    "tanggap_stream_lag_records": {"topic": TOPICS},
    "tanggap_stream_standing_partitions": {"topic": TOPICS},
    "tanggap_step_items": {"door": DOORS},
    "tanggap_step_duration_seconds": {"door": DOORS},
    "tanggap_items_total": {"door": DOORS, "outcome": OUTCOMES},
    "tanggap_parked_records": {"topic": TOPICS, "reason": REASONS},
    "tanggap_http_duration_seconds": {"method": METHODS, "route": None, "status": STATUSES},
}


def one_of(value: str, known: frozenset[str]) -> str:
    """Return the value when it is a known value of the label, else ``other``."""
    return value if value in known else OTHER


class Meters:
    """The metrics of one process, in its own registry."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.stream_lag = Gauge(
            "tanggap_stream_lag_records", "Records of a stream not yet handled", ["topic"], registry=registry
        )
        self.delivery_age = Histogram(
            "tanggap_delivery_age_seconds",
            "Age of the oldest record of each batch when it was handled",
            buckets=_AGES,
            registry=registry,
        )
        self.outbox = Gauge("tanggap_outbox_events", "Events waiting to be sent", registry=registry)
        self.stuck = Gauge("tanggap_outbox_stuck_events", "Events that Kafka refuses", registry=registry)
        self.outbox_age = Gauge(
            "tanggap_outbox_age_seconds", "Age of the oldest event waiting to be sent", registry=registry
        )
        self.unsealed_age = Gauge(
            "tanggap_unsealed_age_seconds", "Age of the oldest event that waits for its seal", registry=registry
        )
        self.relayed = Counter("tanggap_relayed_events_total", "Events acknowledged by Kafka", registry=registry)
        self.leading = Gauge("tanggap_relay_leading", "1 while this replica holds the relay's lock", registry=registry)
        self.step_size = Histogram("tanggap_step_items", "Items per step", ["door"], buckets=_SIZES, registry=registry)
        self.step_seconds = Histogram(
            "tanggap_step_duration_seconds",
            "Duration of a step until its commit",
            ["door"],
            buckets=_SECONDS,
            registry=registry,
        )
        self.items = Counter(
            "tanggap_items_total", "Items by what became of them", ["door", "outcome"], registry=registry
        )
        self.parked = Gauge("tanggap_parked_records", "Records parked now", ["topic", "reason"], registry=registry)
        self.held = Gauge(
            "tanggap_held_keys", "Complaints set aside because another session holds their row", registry=registry
        )
        self.standing = Gauge(
            "tanggap_stream_standing_partitions", "Partitions without progress", ["topic"], registry=registry
        )
        self.breaker = Gauge("tanggap_breaker_open", "1 after too many failures of one stream", registry=registry)
        for door in DOORS:
            for outcome in get_args(Outcome):
                self.items.labels(door, outcome)
        self.effects = Counter(
            "tanggap_effects_total", "Effects outside the system", ["channel", "outcome"], registry=registry
        )
        self.http = Histogram(
            "tanggap_http_duration_seconds",
            "HTTP answers",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
        # The series of the metric above by their labels. The metric's own search for one takes a lock at each request.
        self._answers: dict[tuple[str, str, str], Histogram] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one HTTP answer. ``route`` is a route's template, never the requested path."""
        labels = one_of(method, METHODS), route, one_of(str(status), STATUSES)
        series = self._answers.get(labels)
        if series is None:
            series = self._answers[labels] = self.http.labels(*labels)
        series.observe(seconds)

    def stepped(self, door: str, outcomes: Sequence[Outcome], seconds: float) -> None:
        """Count one step of this input, with the outcomes of its items and its duration."""
        self.step_size.labels(door).observe(len(outcomes))
        self.step_seconds.labels(door).observe(seconds)
        for outcome, count in Tally(outcomes).items():
            self.items.labels(door, outcome).inc(count)
