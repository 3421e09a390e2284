"""Alerts and panels ask for series that the code shows; labels are never taken twice."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import CollectorRegistry, Histogram, Metric

from deploy.audit import watch as audit
from deploy.books import meters as books
from deploy.contracts import NOWHERE
from services.intake import metrics as intake
from services.intake.app import build as build_intake
from services.intake.settings import IntakeSettings
from services.notifier import metrics as notifier
from services.router import metrics as router
from services.sla import metrics as sla
from shared.clock import RealClock
from shared.observability import metrics as common
from shared.observability.metrics import METHODS, Meters
from shared.runtime.running import Running
from tests.support.promql import Matcher, Selector, read

ROOT = Path(__file__).parents[3]
GROUPS = [
    group
    for file in ("alerts.yml", "slo.yml")
    for group in yaml.safe_load((ROOT / "deploy/prometheus" / file).read_text())["groups"]
]
RULES: list[dict[str, Any]] = [rule for group in GROUPS for rule in group["rules"] if "alert" in rule]
RECORDED: dict[str, str] = {
    rule["record"]: rule["expr"] for group in GROUPS for rule in group["rules"] if "record" in rule
}
ALWAYS = "TanggapHeartbeat"
FOREIGN = {
    "up": frozenset[str](),
    "alertmanager_notification_requests_failed_total": frozenset({"receiver_name", "integration"}),
}
"""Series that Prometheus and Alertmanager show of themselves, with the labels beside those of the target."""
SCRAPE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())["scrape_configs"][0]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
DASHBOARDS = sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
PANELS: list[dict[str, Any]] = [panel for file in DASHBOARDS for panel in json.loads(file.read_text())["panels"]]
TARGET = {"job", "instance", "service", "process"}
"""The labels that Prometheus puts on every series of a target; one of a metric of the same name would be renamed."""
ASKED = [(rule["alert"], rule["expr"]) for rule in RULES if rule["alert"] != ALWAYS] + [*RECORDED.items()]
ASKED += [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]
EXPRESSIONS = pytest.mark.parametrize("expression", [expr for _, expr in ASKED], ids=[name for name, _ in ASKED])


@cache
def registries() -> tuple[CollectorRegistry, ...]:
    """Return the metrics that each process shows from its start on."""
    service = Meters()
    sla.DeadlineGauges(service.registry)
    notifier.MessageGauges(service.registry)
    notifier.create_outcomes(service)
    notifier.StatusCounter(service.registry)
    intake.MediaMeters(service.registry)
    intake.IntakeCounters(service.registry)
    intake.AcceptedCounter(service.registry)
    intake.LaporanGauges(service.registry)
    router.VoiceGauges(service.registry)
    router.Sp4nGauges(service.registry)
    router.RegistryGauges(service.registry)
    router.CaseGauges(service.registry)
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
    return (
        {
            family.name + suffix: frozenset(labels) | ({"le"} if suffix == "_bucket" else set())
            for family, labels in families()
            for suffix in suffixes.get(family.type, ("",))
        }
        | FOREIGN
        | {name: read(expression).grouped_by for name, expression in RECORDED.items()}
    )


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
    elif matcher.label == "method":
        values = METHODS
    elif matcher.label == "route":
        values = routes_of_intake()
    elif matcher.label == "le":
        values = {str(bound) for bound in bounds_of()[selector.metric.removesuffix("_bucket")]}
    else:
        declared = CLOSED.get(selector.metric, {}).get(matcher.label)
        values = declared or values_from_the_start().get((selector.metric, matcher.label), frozenset())
    passing = {value for value in values if matcher.accepts(value)}
    return bool(passing) and (not matcher.operator.startswith("!") or passing != set(values))


CLOSED: Mapping[str, Mapping[str, frozenset[str] | None]] = {
    **common.LABELS,
    **intake.LABELS,
    **router.LABELS,
    **sla.LABELS,
    **notifier.LABELS,
    **books.LABELS,
    **audit.LABELS,
}
"""Maps each metric and label to the closed set of its values, as each part declares it."""


@cache
def bounds_of() -> dict[str, tuple[float, ...]]:
    """Name of a histogram to the bounds of its buckets."""
    return {
        collector._name: tuple(collector._upper_bounds)
        for registry in registries()
        for collector in list(registry._collector_to_names)
        if isinstance(collector, Histogram)
    }


@cache
def routes_of_intake() -> frozenset[str]:
    """The templates of intake's routes."""
    service: Any = build_intake(IntakeSettings.model_validate(NOWHERE))
    app = service.web(Running(service, None, RealClock()))  # type: ignore[arg-type]  # no route of it is asked
    return frozenset(route.path for route in app.routes)


PROCESSES: set[str] = {name for config in SCRAPE["dns_sd_configs"] for name in config["names"]}


def test_each_dashboard_shows_what_its_readers_look_for() -> None:
    wanted = {
        "delivery": {"tanggap_delivery_age_seconds_bucket", "tanggap_outbox_age_seconds", "tanggap_parked_records"},
        "channels": {
            "tanggap_chat_messages_total",
            "tanggap_messages",
            "tanggap_channel_stopped",
            "tanggap_sp4n_waiting",
        },
        "business": {
            "tanggap_accepted_complaints_total",
            "tanggap_desk_cases",
            "tanggap_desk_oldest_seconds",
            "tanggap_opd_cases",
            "tanggap_overdue_cases",
            "tanggap_referred_cases",
            "tanggap_deadline_transfers",
            "tanggap_deadline_disputes",
            "tanggap_effects_total",
        },
    }
    boards = {file.stem: json.loads(file.read_text()) for file in DASHBOARDS}
    assert len({board["uid"] for board in boards.values()}) == len(boards)
    for name, board in boards.items():
        panels = board["panels"]
        assert len({panel["id"] for panel in panels}) == len({panel["title"] for panel in panels}) == len(panels)
        asked = {
            each.metric for panel in panels for target in panel["targets"] for each in read(target["expr"]).selectors
        }
        assert wanted[name] <= asked


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
