"""Alerts and panels speak of metrics that exist, and every alert of a page that says what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"][0]["rules"]
PANELS: list[dict[str, Any]] = json.loads((ROOT / "deploy/grafana/dashboards/tanggap.json").read_text())["panels"]
SOURCES = "\n".join(path.read_text() for package in ("shared", "services", "deploy") for path in (ROOT / package).rglob("*.py"))
SUFFIXES = re.compile(r"_(?:bucket|count|sum)$")


def _metrics(expression: str) -> set[str]:
    return {SUFFIXES.sub("", name) for name in re.findall(r"tanggap_[a-z_]+", expression)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_watches_metrics_that_are_declared(rule: dict[str, Any]) -> None:
    assert {name for name in _metrics(rule["expr"]) if f'"{name}"' not in SOURCES} == set()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_shows_metrics_that_are_declared(panel: dict[str, Any]) -> None:
    shown = {name for target in panel["targets"] for name in _metrics(target["expr"])}
    assert {name for name in shown if f'"{name}"' not in SOURCES} == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_runbook_says_what_to_do_about_an_alert(rule: dict[str, Any]) -> None:
    assert f"## {rule['alert']}" in (ROOT / "docs/runbook.md").read_text()
