"""`/readyz` names what an alert watches, at the limit of the alert, unless no process can know it of itself."""

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, Gauge

from shared.observability.metrics import Meters
from shared.observability.watched import LIMITS, Limit, exceeded
from tests.support.promql import read

RULES: dict[str, dict[str, Any]] = {
    rule["alert"]: rule
    for file in ("alerts.yml", "slo.yml")
    for group in yaml.safe_load((Path(__file__).parents[3] / "deploy/prometheus" / file).read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
}
TROUBLES = {
    "TanggapPartitionStands": "progress",
    "TanggapBreakerOpen": "breaker",
    "TanggapNoRelay": "relay",
    "TanggapMessagesOverdue": "channel-",
}
"""These make a process unready, under these words."""
UNKNOWABLE = {
    "TanggapHeartbeat": "it always fires",
    "TanggapAlertsNotSent": "only Alertmanager knows what it could not send",
    "TanggapProcessDown": "a process that is down does not answer",
    "TanggapProcessGone": "a process that is gone does not answer",
    "TanggapHttpErrors": "a share of five minutes; a process keeps no past",
    "TanggapNoticesGivenUp": "a count of an hour; a process keeps no past",
    "TanggapAcceptingFails": "a share of hours, over all replicas",
    "TanggapAcceptingSlow": "a share of hours, over all replicas",
    "TanggapDeliveryLate": "a share of hours, over all replicas",
}


def test_every_alert_is_named_by_readyz_or_says_why_it_cannot_be() -> None:
    assert sorted([*LIMITS, *TROUBLES, *UNKNOWABLE]) == sorted(RULES)


def test_the_words_of_the_troubles_stand_in_the_code_and_in_the_runbook() -> None:
    root = Path(__file__).parents[3]
    code = "\n".join(path.read_text() for folder in ("shared", "services") for path in (root / folder).rglob("*.py"))
    said = re.findall(r"health\.(?:trouble|set)\(f?\"([a-z-]+)", code)
    assert set(TROUBLES.values()) <= set(said)
    table = (root / "docs/runbook.md").read_text()
    assert [word for word in said if f"| `{word}" not in table] == []


@pytest.mark.parametrize("alert", LIMITS)
def test_a_limit_is_that_of_the_alert(alert: str) -> None:
    expression = RULES[alert]["expr"]
    [selector] = read(expression).selectors
    labels = {matcher.label: matcher.value for matcher in selector.matchers}
    told = Limit(selector.metric, float(expression.rpartition(">")[2]), labels, expression.startswith("time()"))
    assert LIMITS[alert] == told


def test_a_process_names_what_it_sees_and_nothing_else() -> None:
    meters = Meters()
    assert exceeded(meters.registry) == []
    meters.outbox_age.set(60)
    meters.parked.labels("complaint.cases.v1", "fold").inc()
    assert exceeded(meters.registry) == ["TanggapParked"]
    meters.outbox_age.set(61)
    meters.parked.clear()
    assert exceeded(meters.registry) == ["TanggapOutboxOld"]


def test_of_an_instant_its_age_counts_and_of_other_labels_nothing() -> None:
    registry = CollectorRegistry()
    compared = Gauge("tanggap_books_last_run_timestamp_seconds", "When", registry=registry)
    waiting = Gauge("tanggap_sp4n_waiting", "Complaints", ["state", "reason"], registry=registry)
    compared.set(time.time() - 800)
    waiting.labels("due", "unreachable").set(3)
    assert exceeded(registry) == []
    compared.set(time.time() - 1000)
    waiting.labels("person", "unsure").set(1)
    assert exceeded(registry) == ["TanggapBooksNotCompared", "TanggapSp4nPerson"]
