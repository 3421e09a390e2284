"""Every alert has a severity and a test that it fires and clears; one hides another only where both name the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.alerts.routes import FOLLOWS
from tests.support.promql import read

RULES: list[dict[str, Any]] = [
    rule
    for file in ("alerts.yml", "slo.yml")
    for group in yaml.safe_load((Path(__file__).parents[3] / "deploy/prometheus" / file).read_text())["groups"]
    for rule in group["rules"]
    if "alert" in rule
]
ALERTS = sorted({rule["alert"] for rule in RULES})
ALWAYS = "TanggapHeartbeat"
OF_A_TARGET = {"job", "instance", "service", "process"}
TESTS = [
    case
    for file in sorted(Path(__file__).parent.glob("alerts*_test.yml"))
    for case in yaml.safe_load(file.read_text())["tests"]
]


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_told_to_be_quiet_then_to_fire_then_to_clear(alert: str) -> None:
    cases = [
        ["fires" if check["exp_alerts"] else "quiet" for check in case["alert_rule_test"]]
        for case in TESTS
        if {check["alertname"] for check in case["alert_rule_test"]} == {alert}
    ]
    assert (["fires", "fires"] if alert == ALWAYS else ["quiet", "fires", "quiet"]) in cases


def test_every_alert_says_whom_it_is_for() -> None:
    severities = {rule["alert"]: rule["labels"] for rule in RULES}
    assert severities.pop(ALWAYS) == {"severity": "heartbeat"}
    assert [alert for alert, labels in severities.items() if labels.get("severity") not in ("page", "ticket")] == []


def test_what_hides_an_alert_and_what_it_hides_are_alerts_that_name_the_same() -> None:
    labels: dict[str, set[str]] = {
        alert: set.intersection(*(labels_of_alert(rule) for rule in RULES if rule["alert"] == alert))
        for alert in ALERTS
    }
    for first, hidden, alike in FOLLOWS:
        for alert in (*first.split("|"), *hidden.split("|")):
            assert alike in labels[alert], alert


def labels_of_alert(rule: dict[str, Any]) -> set[str]:
    """The labels of a firing alert: those that its expression groups by, or those of the one series that it asks for."""
    asked = read(rule["expr"])
    named = {matcher.label for selector in asked.selectors for matcher in selector.matchers if matcher.operator == "="}
    return set(asked.grouped_by) | named | (OF_A_TARGET if rule["expr"].startswith("up") else set())
