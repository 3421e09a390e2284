"""The metrics of the books, declared in one place."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, start_http_server

from deploy.books.report import Report


class Meters:
    """What the last comparison found."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.missing = Gauge(
            "tanggap_books_missing_events", "Events written and not read, at two looks", ["topic", "reader"], registry=registry
        )
        self.ahead = Gauge(
            "tanggap_books_ahead_keys",
            "Keys of which more was read than was written",
            ["topic", "reader"],
            registry=registry,
        )
        self.absent = Gauge(
            "tanggap_books_absent_complaints", "Acknowledged complaints a service does not know", ["service"], registry=registry
        )
        self.acknowledged = Gauge("tanggap_books_acknowledged_complaints", "Complaints with a ticket", registry=registry)
        self.last_run = Gauge("tanggap_books_last_run_timestamp_seconds", "When the books were last compared", registry=registry)
        self.duration = Gauge("tanggap_books_duration_seconds", "How long the last comparison took", registry=registry)
        self.failures = Counter("tanggap_books_failures_total", "Comparisons that could not be made", registry=registry)

    def serve(self, host: str, port: int) -> None:
        """Serve `/metrics` from a thread of its own."""
        start_http_server(port, addr=host, registry=self.registry)

    def take(self, report: Report) -> None:
        """Show what this report says."""
        for stream in report.streams:
            self.missing.labels(stream.topic, stream.reader).set(stream.missing)
            self.ahead.labels(stream.topic, stream.reader).set(stream.ahead)
        for service in report.known:
            self.absent.labels(service).set(sum(entry.service == service for entry in report.absent))
        self.acknowledged.set(report.acknowledged)
        self.last_run.set(report.at.timestamp())
        self.duration.set(report.seconds)
