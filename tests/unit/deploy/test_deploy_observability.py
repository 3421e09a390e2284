"""Alerts and panels ask for series that the code shows; every alert fires and clears; labels are never taken twice."""

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, Metric

from deploy.audit import watch as audit
from deploy.books import meters as books
from services.intake import metrics as intake
from services.notifier import metrics as notifier
from services.router import metrics as router
from services.sla import metrics as sla
from shared.observability.metrics import Meters
from tests.support.promql import Matcher, Selector, read

ROOT = Path(__file__).parents[3]
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text())["groups"][0]["rules"]
SCRAPE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"][0]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PANELS: list[dict[str, Any]] = json.loads((ROOT / "deploy/grafana/dashboards/tanggap.json").read_text())["panels"]
TESTS = Path(__file__).with_name("alerts_test.yml")
TARGET = {"job", "instance", "service", "process"}
"""The labels that Prometheus puts on every series of a target; one of a metric of the same name would be renamed."""
ASKED = [(rule["alert"], rule["expr"]) for rule in RULES]
ASKED += [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = pytest.mark.parametrize("expression", [expr for _, expr in ASKED], ids=[name for name, _ in ASKED])


@cache
def registries() -> tuple[CollectorRegistry, ...]:
    """Return the metrics that each process shows from its start on."""
    service = Meters()
    sla.DeadlineGauges(service.registry)
    notifier.MessageGauges(service.registry)
    notifier.create_outcomes(service)
    intake.MediaMeters(service.registry)
    intake.LaporanGauges(service.registry)
    router.VoiceGauges(service.registry)
    router.Sp4nGauges(service.registry)
    router.RegistryGauges(service.registry)
    return service.registry, books.Meters().registry, audit.Meters().registry


def families() -> Iterator[tuple[Metric, tuple[str, ...]]]:
    """Every family with the labels it is declared with."""
    for registry in registries():
        for collector in list(registry._collector_to_names):
            labels = tuple(getattr(collector, "_labelnames", ()))
            for family in collector.collect():
                yield family, labels


@cache
def labels_of() -> dict[str, frozenset[str]]:
    """Name of a series, as an expression writes it, to its own labels."""
    suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum"), "gauge": ("",), "info": ("_info",)}
    return {
        family.name + suffix: frozenset(labels) | ({"le"} if suffix == "_bucket" else set())
        for family, labels in families()
        for suffix in suffixes.get(family.type, ("",))
    } | {"up": frozenset()}


@cache
def values_from_the_start() -> dict[tuple[str, str], frozenset[str]]:
    """Series and label to the values that are shown before anything has happened."""
    found = defaultdict[tuple[str, str], set[str]](set)
    for family, _ in families():
        for sample in family.samples:
            for label, value in sample.labels.items():
                found[sample.name, label].add(value)
    return {key: frozenset(values) for key, values in found.items()}


def writable(selector: Selector, matcher: Matcher) -> bool:
    """Whether the condition lets pass a value that the code can write and, when it excludes one, excludes one."""
    if matcher.label in TARGET:
        known = {"job": {"tanggap"}, "process": PROCESSES, "service": {name.partition("-")[0] for name in PROCESSES}}
        values: Any = known[matcher.label]
    elif matcher.label == "status":
        values = {str(status.value) for status in HTTPStatus}
    else:
        values = values_from_the_start().get((selector.metric, matcher.label), frozenset())
    passing = {value for value in values if matcher.accepts(value)}
    return bool(passing) and (not matcher.operator.startswith("!") or passing != set(values))


PROCESSES: set[str] = {name for config in SCRAPE["dns_sd_configs"] for name in config["names"]}


@EXPRESSIONS
def test_an_expression_asks_for_series_that_are_shown(expression: str) -> None:
    asked = read(expression)
    assert asked.selectors
    assert [each.metric for each in asked.selectors if each.metric not in labels_of()] == []
    for selector in asked.selectors:
        own = labels_of()[selector.metric] | TARGET
        assert {matcher.label for matcher in selector.matchers} | asked.grouped_by <= own


@EXPRESSIONS
def test_an_expression_asks_for_values_that_the_code_writes(expression: str) -> None:
    for selector in read(expression).selectors:
        assert [matcher for matcher in selector.matchers if not writable(selector, matcher)] == []


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ('tanggap_effects_total{outcome="given_up"}', True),
        ('tanggap_effects_total{outcome="given-up"}', False),
        ('tanggap_effects_total{outcome=~"given.*|gone"}', True),
        ('tanggap_items_total{outcome!="fold"}', False),
        ('tanggap_http_duration_seconds_count{status=~"6.."}', False),
        ('up{job="tanggap", process="intake"}', False),
        ('up{service="intake"}', True),
    ],
)
def test_a_value_that_nothing_writes_is_found(expression: str, right: bool) -> None:
    [selector] = read(expression).selectors
    assert all(writable(selector, matcher) for matcher in selector.matchers) == right


def test_a_metric_that_nothing_shows_is_found() -> None:
    assert "tanggap_effects" not in labels_of()
    assert "tanggap_step_duration_seconds" not in labels_of()
    assert "tanggap_step_duration_seconds_bucket" in labels_of()


def test_no_metric_has_a_label_of_the_targets() -> None:
    assert {family.name: set(labels) & TARGET for family, labels in families() if set(labels) & TARGET} == {}


def test_labelled_counters_are_there_at_nought_from_the_start() -> None:
    labelled = {family.name: (family, labels) for family, labels in families() if family.type == "counter" and labels}
    assert set(labelled) >= {"tanggap_items", "tanggap_effects"}
    for family, labels in labelled.values():
        totals = [sample for sample in family.samples if sample.name.endswith("_total")]
        combinations = 1
        for label in labels:
            combinations *= len({sample.labels[label] for sample in totals})
        assert len(totals) == combinations > 1, family.name
        assert {sample.value for sample in totals} == {0}


def test_every_replica_of_every_process_with_metrics_is_scraped() -> None:
    """The container network's DNS gives each replica's address; a fixed list of targets would be one of them."""
    ours = {name for name, each in COMPOSE.items() if "9000/readyz" in str(each.get("healthcheck"))}
    assert ours == PROCESSES
    assert "static_configs" not in SCRAPE
    assert all(config["type"] == "A" and config["port"] == 9000 for config in SCRAPE["dns_sd_configs"])


def test_a_process_of_which_no_replica_runs_is_missed() -> None:
    [gone] = [rule for rule in RULES if rule["alert"] == "TanggapProcessGone"]
    watched = {
        matcher.value
        for each in read(gone["expr"]).selectors
        for matcher in each.matchers
        if matcher.label == "process"
    }
    assert watched == PROCESSES


def test_what_each_replica_reads_from_the_same_table_is_never_added_up() -> None:
    """With two replicas a sum would be twice of what is there."""
    same = (
        "tanggap_parked_records",
        "tanggap_outbox_",
        "tanggap_messages",
        "tanggap_channel_",
        "tanggap_template_",
        "tanggap_books_",
        "tanggap_unsealed_",
    )
    for name, expression in ASKED:
        summed = re.findall(r"sum(?: by \([^)]*\))? \((\w+)", expression)
        assert [metric for metric in summed if metric.startswith(same)] == [], name


def promtool() -> str:
    """The machine's, or the one in `.local`; it is fetched where there is neither, as `make promtool` does."""
    kept = ROOT / ".local/tools/promtool"
    if shutil.which("promtool") is None and not kept.exists():
        subprocess.run(["bash", "deploy/prometheus/fetch-promtool", str(kept)], cwd=ROOT, check=True)
    return shutil.which("promtool") or str(kept)


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "config", "--syntax-only", "deploy/prometheus/prometheus.yml"],
        ["check", "rules", "deploy/prometheus/alerts.yml"],
        ["test", "rules", str(TESTS)],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_prometheus_takes_the_rules_and_every_alert_fires_and_clears_as_told(arguments: list[str]) -> None:
    run = subprocess.run([promtool(), *arguments], cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("alert", [rule["alert"] for rule in RULES])
def test_an_alert_is_told_to_be_quiet_then_to_fire_then_to_clear(alert: str) -> None:
    cases = [
        ["fires" if check["exp_alerts"] else "quiet" for check in case["alert_rule_test"]]
        for case in yaml.safe_load(TESTS.read_text())["tests"]
        if {check["alertname"] for check in case["alert_rule_test"]} == {alert}
    ]
    assert ["quiet", "fires", "quiet"] in cases
