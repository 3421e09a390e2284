"""The gauges of waiting cases: what does not wait is nought, and codes that nobody knows count together."""

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from services.router.metrics import CaseGauges

NOW = datetime(2026, 4, 6, 2, tzinfo=UTC)


def test_the_gauges_show_what_waits_where() -> None:
    registry = CollectorRegistry()
    CaseGauges(registry).show(
        [{"desk": "triage", "number": 7, "since": NOW - timedelta(hours=3)}],
        [
            {"opd": "dishub", "state": "assigned", "number": 4},
            {"opd": "opd-lama", "state": "assigned", "number": 1},
            {"opd": "opd-lebih-lama", "state": "assigned", "number": 2},
        ],
        [{"stage": "surat", "number": 3}, {"stage": None, "number": 1}],
        NOW,
    )
    shown = registry.get_sample_value
    assert shown("tanggap_desk_cases", {"desk": "triage"}) == 7
    assert shown("tanggap_desk_oldest_seconds", {"desk": "triage"}) == 3 * 3600
    assert shown("tanggap_desk_cases", {"desk": "arbiter"}) == 0
    assert shown("tanggap_opd_cases", {"opd": "dishub", "state": "assigned"}) == 4
    assert shown("tanggap_opd_cases", {"opd": "other", "state": "assigned"}) == 3
    assert shown("tanggap_referred_cases", {"stage": "letter"}) == 3
    assert shown("tanggap_referred_cases", {"stage": "told"}) == 0
    assert shown("tanggap_referred_cases", {"stage": "other"}) == 1


def test_who_does_not_lead_any_more_shows_nothing() -> None:
    registry = CollectorRegistry()
    gauges = CaseGauges(registry)
    gauges.show([{"desk": "triage", "number": 7, "since": NOW}], [], [], NOW)
    gauges.clear()
    assert [sample for metric in registry.collect() for sample in metric.samples] == []
