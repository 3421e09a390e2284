"""The metrics of the books."""

from __future__ import annotations

import time
from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge

from deploy.books.look import LONGEST_S
from deploy.books.report import HEARD, PAIRS, Report

# For each metric and label, every value that the label may have.
_PAIR = {"topic": frozenset(pair.topic for pair in PAIRS), "reader": frozenset(pair.reader for pair in PAIRS)}
LABELS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "tanggap_books_missing_events": _PAIR,
    "tanggap_books_ahead_keys": _PAIR,
    "tanggap_books_absent_complaints": {"reader": frozenset(HEARD)},
    "tanggap_books_forgotten_entries": {"writer": frozenset(HEARD)},
}


class Meters:
    """The metrics of the last comparison."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.missing = Gauge(
            "tanggap_books_missing_events",
            "Events written and not read, at two looks",
            ["topic", "reader"],
            registry=registry,
        )
        self.ahead = Gauge(
            "tanggap_books_ahead_keys",
            "Keys of which more was read than was written",
            ["topic", "reader"],
            registry=registry,
        )
        self.absent = Gauge(
            "tanggap_books_absent_complaints",
            "Acknowledged complaints a service does not know",
            ["reader"],
            registry=registry,
        )
        self.forgotten = Gauge(
            "tanggap_books_forgotten_entries",
            "What a restore forgot and nobody has settled",
            ["writer"],
            registry=registry,
        )
        self.unread = Gauge(
            "tanggap_books_unread_updates",
            "Records of OPDs that the router has not read, at two looks",
            registry=registry,
        )
        self.acknowledged = Gauge(
            "tanggap_books_acknowledged_complaints", "Complaints with a ticket", registry=registry
        )
        self.last_run = Gauge(
            "tanggap_books_last_run_timestamp_seconds", "When the books were last compared", registry=registry
        )
        self.duration = Gauge("tanggap_books_duration_seconds", "How long the last comparison took", registry=registry)
        self.failures = Counter("tanggap_books_failures_total", "Comparisons that could not be made", registry=registry)
        self.tried_at = time.monotonic()
        self.well = True

    def failed(self) -> None:
        """Count a comparison that could not be made."""
        self.failures.inc()
        self.tried_at, self.well = time.monotonic(), False

    def take(self, report: Report) -> None:
        """Show the values of this report."""
        for stream in report.streams:
            self.missing.labels(stream.topic, stream.reader).set(stream.missing)
            self.ahead.labels(stream.topic, stream.reader).set(stream.ahead)
        for service in report.known:
            self.forgotten.labels(service).set(sum(entry.writer == service for entry in report.forgotten))
            self.absent.labels(service).set(sum(entry.service == service for entry in report.absent))
        self.unread.set(sum(entry.written - entry.read for entry in report.unread or ()))
        self.acknowledged.set(report.acknowledged)
        self.last_run.set(report.at.timestamp())
        self.duration.set(report.seconds)
        self.tried_at, self.well = time.monotonic(), True

    def live(self, every: float) -> bool:
        """Return whether comparisons are still being tried."""
        return time.monotonic() - self.tried_at < every + 2 * LONGEST_S
