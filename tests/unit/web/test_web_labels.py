"""Every label of every metric has a closed set of values, whatever a caller invents."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from deploy.audit import watch as audit
from deploy.books import meters as books
from deploy.contracts import NOWHERE
from services.intake import metrics as intake
from services.intake.app import build as build_intake
from services.intake.settings import IntakeSettings
from services.notifier import metrics as notifier
from services.notifier.app import build as build_notifier
from services.notifier.settings import NotifierSettings
from services.router import metrics as router
from services.router.app import build as build_router
from services.router.settings import RouterSettings
from services.sla import metrics as sla
from services.sla.app import build as build_sla
from services.sla.loops.statistics import show_statistics
from services.sla.settings import SlaSettings
from services.sla.statistics.by_opd import ClockStatistics, StatisticsLine
from shared.clock import RealClock
from shared.observability import metrics as common
from shared.runtime.running import Running

SERVICES: dict[str, Any] = {
    "intake": lambda: build_intake(IntakeSettings.model_validate(NOWHERE)),
    "router": lambda: build_router(RouterSettings.model_validate(NOWHERE)),
    "sla": lambda: build_sla(SlaSettings.model_validate(NOWHERE)),
    "notifier": lambda: build_notifier(NotifierSettings.model_validate(NOWHERE)),
}
PATHS = {
    "intake": {
        "/": "/",
        "/aduan/KT-1": "/aduan/{ticket}",
        "/aduan/KT-1/rahasia/bukti": "/aduan/{ticket}/{secret}/bukti",
        "/impor": "/impor",
        "/v1/complaints/x": "/v1/complaints/{ticket}",
        "/robots.txt": "/robots.txt",
        "/static/0/icon.svg": "/static/{digest}/{name}",
        "/v1/submissions": "/v1/submissions",
    },
    "router": {"/triase/x": "/triase/{case}", "/masuk": "/masuk", "/v1/cases/x": "/v1/cases/{case}", "/": "/"},
    "sla": {
        "/tenggat/opd/dishub": "/tenggat/opd/{opd}",
        "/tenggat/x": "/tenggat/{case}",
        "/kebijakan/periksa": "/kebijakan/periksa",
        "/kalender/periksa": "/kalender/periksa",
        "/v1/cases/x/clocks": "/v1/cases/{case}/clocks",
    },
    "notifier": {"/v1/messages": "/v1/messages", "/v1/channels/email/resume": "/v1/channels/{channel}/resume"},
}


async def ask(app: Any, method: str, path: str) -> int:
    """One request, without a socket; gives the status, 0 where none was sent."""
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "client": ("192.0.2.1", 1),
        "server": ("intake", 80),
        "scheme": "http",
        "http_version": "1.1",
        "root_path": "",
        "state": {},
    }
    status = 0

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    await app(scope, receive, send)
    return status


def live(name: str) -> tuple[Running[Any], Any]:
    service = SERVICES[name]()
    running: Running[Any] = Running(service, None, RealClock())  # type: ignore[arg-type]  # no route of these tests asks it
    return running, service.web(running)


def label_sets(registry: CollectorRegistry) -> set[tuple[str, str, str]]:
    return {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"])
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "tanggap_http_duration_seconds_count"
    }


@pytest.mark.parametrize("name", sorted(SERVICES))
async def test_invented_methods_and_paths_add_no_label_set(name: str) -> None:
    running, app = live(name)
    await ask(app, "XQ00000", "/formulir")
    known = next(iter(PATHS[name]))
    await ask(app, "XQ00000", known)
    before = label_sets(running.meters.registry), len(generate_latest(running.meters.registry))
    for number in range(1500):
        await ask(app, f"XQ{number}", "/formulir")
        await ask(app, f"XQ{number}", known)
        await ask(app, "XQ00000", f"/jalan-{number}/..%2f\u00e9{number}")
    assert label_sets(running.meters.registry) == before[0]
    assert len(generate_latest(running.meters.registry)) < before[1] * 1.1
    assert {method for method, _, _ in before[0]} == {"other"}


@pytest.mark.parametrize(("name", "path"), [(name, path) for name, paths in PATHS.items() for path in paths])
async def test_every_route_is_named_by_its_template(name: str, path: str) -> None:
    running, app = live(name)
    # A method that no route has: the route is found, and nothing behind it is asked.
    assert await ask(app, "DELETE", path) == 405
    assert label_sets(running.meters.registry) == {("DELETE", PATHS[name][path], "405")}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_route_has_a_template_that_is_no_other_routes(name: str) -> None:
    _, app = live(name)
    templates = [route.path for route in app.routes]
    assert common.UNMATCHED not in templates
    assert len(set(templates)) < 100


def declared(registry: CollectorRegistry) -> dict[str, tuple[str, ...]]:
    """Metric and label names of everything of ours in a registry."""
    found = {}
    for collector in list(registry._collector_to_names):
        names = getattr(collector, "_labelnames", None)
        if names:
            suffix = "_total" if type(collector).__name__ == "Counter" else ""
            found[f"{collector._name}{suffix}"] = tuple(names)  # type: ignore[attr-defined]
    return found


def test_every_label_of_every_metric_has_its_set() -> None:
    registry = common.Meters().registry
    notifier.MessageGauges(registry)
    notifier.StatusCounter(registry)
    sla.DeadlineGauges(registry)
    sla.RuleDifferenceGauge(registry)
    intake.IntakeCounters(registry)
    intake.MediaMeters(registry)
    intake.LaporanGauges(registry)
    intake.ChoiceGauges(registry)
    intake.AcceptedCounter(registry)
    router.ShadowCounter(registry)
    router.Sp4nGauges(registry)
    router.CaseGauges(registry)
    found = declared(registry) | declared(books.Meters().registry) | declared(audit.Meters().registry)
    tables: list[Mapping[str, Mapping[str, frozenset[str] | None]]] = [
        common.LABELS,
        intake.LABELS,
        notifier.LABELS,
        router.LABELS,
        sla.LABELS,
        books.LABELS,
        audit.LABELS,
    ]
    closed = {metric: tuple(labels) for table in tables for metric, labels in table.items()}
    assert {name: set(labels) for name, labels in found.items()} == {
        name: set(labels) for name, labels in closed.items()
    }
    open_sets = [
        (m, label)
        for table in tables
        for m, labels in table.items()
        for label, values in labels.items()
        if values is None
    ]
    assert open_sets == [("tanggap_http_duration_seconds", "route")]
    assert all(
        0 < len(values) < 500 for table in tables for labels in table.values() for values in labels.values() if values
    )


def test_a_status_that_nobody_knows_counts_as_other() -> None:
    meters = common.Meters()
    for status in (200, 299, 499, 999, -1):
        meters.answered("GET", "/", status, 0.1)
    assert {status for _, _, status in label_sets(meters.registry)} == {"200", "other"}


def test_another_systems_categories_count_as_one_topic() -> None:
    registry = CollectorRegistry()
    told = ClockStatistics(on_time=2, late=1, median=60.0, p90=90.0)
    invented = [StatisticsLine("dishub", f"Kategori bebas {number}", told, told, 1, 0, 0) for number in range(300)]
    show_statistics(
        sla.DeadlineGauges(registry),
        [
            *invented,
            StatisticsLine("dishub", "road", told, told, 1, 0, 0),
            StatisticsLine("opd-lama", "road", told, told, 1, 0, 0),
        ],
    )
    samples = [sample for metric in registry.collect() for sample in metric.samples]
    met = {tuple(sample.labels.values()): sample.value for sample in samples if sample.name == "tanggap_deadlines_met"}
    assert met["dishub", "other", "respond", "on_time"] == 600
    assert {(opd, topic) for opd, topic, *_ in met} <= set(product(sla.OPDS, sla.TOPICS))
    assert len(met) <= 12


def test_overdue_cases_count_by_opd_and_at_triage() -> None:
    registry = CollectorRegistry()
    sla.DeadlineGauges(registry).show_overdue({"triage": 2, "dishub": 3, "opd-lama": 1, "opd-lebih-lama": 1})
    samples = [sample for metric in registry.collect() for sample in metric.samples]
    assert {sample.labels["opd"]: sample.value for sample in samples} == {"triage": 2, "dishub": 3, "other": 2}
