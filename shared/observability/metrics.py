"""Every metric of the pipeline, declared in one place: prefix `tanggap_`, base units, no ids in labels."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from shared.pipeline.work import Work

_SIZES = (1, 5, 10, 25, 50, 100, 250, 500, 1000)
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Meters:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.stream_lag = Gauge("tanggap_stream_lag_records", "Records of a stream not yet handled", ["topic"], registry=registry)
        self.stream_age = Gauge("tanggap_stream_age_seconds", "Age of the record handled last", ["topic"], registry=registry)
        self.outbox = Gauge("tanggap_outbox_events", "Events waiting to be sent", registry=registry)
        self.stuck = Gauge("tanggap_outbox_stuck_events", "Events that Kafka refuses", registry=registry)
        self.outbox_age = Gauge("tanggap_outbox_age_seconds", "Age of the oldest event waiting to be sent", registry=registry)
        self.relayed = Counter("tanggap_relayed_events_total", "Events acknowledged by Kafka", registry=registry)
        self.leading = Gauge("tanggap_relay_leading", "1 while this replica holds the relay's lock", registry=registry)
        self.step_size = Histogram("tanggap_step_items", "Items per step", ["door"], buckets=_SIZES, registry=registry)
        self.step_seconds = Histogram(
            "tanggap_step_duration_seconds", "Duration of a step until its commit", ["door"], buckets=_SECONDS, registry=registry
        )
        self.items = Counter("tanggap_items_total", "Items by what became of them", ["door", "outcome"], registry=registry)
        self.parked = Gauge("tanggap_parked_records", "Records parked now", ["topic", "reason"], registry=registry)
        self.held = Gauge("tanggap_held_keys", "Complaints set aside because another session holds their row", registry=registry)
        self.standing = Gauge("tanggap_stream_standing_partitions", "Partitions without progress", ["topic"], registry=registry)
        self.breaker = Gauge("tanggap_breaker_open", "1 after too many failures of one stream", registry=registry)
        self.effects = Counter("tanggap_effects_total", "Effects outside the system", ["channel", "outcome"], registry=registry)
        self.http = Histogram(
            "tanggap_http_duration_seconds", "HTTP answers", ["method", "route", "status"], buckets=_SECONDS, registry=registry
        )

    def stepped(self, door: str, works: Sequence[Work], seconds: float) -> None:
        """One step of this door ended."""
        self.step_size.labels(door).observe(len(works))
        self.step_seconds.labels(door).observe(seconds)
        for outcome, count in Tally(work.outcome for work in works).items():
            self.items.labels(door, outcome).inc(count)
