"""A real alert through each receiver, and what Alertmanager says that it could deliver."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.alerts.routes import receivers
from deploy.alerts.settings import AlertSettings

_LOOK_S: Final = 0.5
_TRIED: Final = "alertmanager_notification_requests_total"
_FAILED: Final = "alertmanager_notification_requests_failed_total"
# By metric, receiver and integration. Alertmanager names the receiver with --enable-feature=receiver-name-in-metrics.
Counts = Counter[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Line:
    """The result for one way of one receiver, in words."""

    words: str
    good: bool


@dataclass(slots=True)
class Trial:
    """One trial. ``mark`` stands in its alerts, so that people recognise them where they arrive."""

    settings: AlertSettings
    mark: str = field(default_factory=lambda: secrets.token_hex(3))

    def run(self, seconds: float) -> list[Line]:
        """Send an alert to each receiver, wait until Alertmanager has tried every way of it, and return the results."""
        ways = [
            (name, each.removesuffix("_configs"))
            for name, integrations in receivers(self.settings).items()
            for each in integrations
        ]
        silent = [name for name, integrations in receivers(self.settings).items() if not integrations]
        lines = [Line(f"{name}: nobody hears it, for neither webhook nor mail is set", good=False) for name in silent]
        try:
            with httpx.Client(base_url=self.settings.url, timeout=10) as client:
                before = _counts(client)
                alerts = [self._alert(name) for name in dict(ways)]
                client.post("/api/v2/alerts", json=alerts).raise_for_status()
                now = _wait(client, before, ways, time.monotonic() + seconds)
        except httpx.HTTPError as error:
            return [Line(f"Alertmanager at {self.settings.url} does not answer: {error}", good=False)]
        return [*(_line(*way, before, now) for way in ways), *lines]

    def _alert(self, severity: str) -> dict[str, object]:
        """Return an alert that clears by itself. Its service is like no other, so that nothing is grouped with it or hides it."""
        return {
            "labels": {"alertname": "TanggapTrial", "severity": severity, "service": f"trial-{self.mark}-{severity}"},
            "annotations": {"summary": f"a trial of the receiver {severity}, mark {self.mark}: nothing is wrong"},
            "endsAt": (datetime.now(UTC) + timedelta(minutes=2)).isoformat(),
        }


def _wait(client: httpx.Client, before: Counts, ways: list[tuple[str, str]], until: float) -> Counts:
    while True:
        now = _counts(client)
        if all(now[_TRIED, *way] > before[_TRIED, *way] for way in ways) or time.monotonic() > until:
            return now
        time.sleep(_LOOK_S)


def _line(receiver: str, integration: str, before: Counts, now: Counts) -> Line:
    way = receiver, integration
    if now[_FAILED, *way] > before[_FAILED, *way]:
        return Line(f"{receiver}: {integration} failed; Alertmanager's log says why", good=False)
    if now[_TRIED, *way] == before[_TRIED, *way]:
        return Line(f"{receiver}: {integration} was not tried in time", good=False)
    return Line(f"{receiver}: {integration} was taken by the other side", good=True)


def _counts(client: httpx.Client) -> Counts:
    """Return how many calls were tried and how many failed."""
    answer = client.get("/metrics").raise_for_status()
    found: Counts = Counter()
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            if sample.name in (_TRIED, _FAILED):
                found[sample.name, sample.labels.get("receiver_name", ""), sample.labels["integration"]] += int(
                    sample.value
                )
    return found
