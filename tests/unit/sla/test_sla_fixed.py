"""A version of the rules fixes every date it depends on; another release of a library changes nothing by itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from prometheus_client import CollectorRegistry

from services.sla.metrics import KINDS, RuleDifferenceGauge
from services.sla.policy import shipped_text
from services.sla.rules.whatif import deadline_moves
from services.sla.versions import RuleTexts, RuleVersion, RuleVersions, next_version
from services.sla.versions.differences import InstalledDifference, compare_with_installed
from services.sla.versions.overrides import with_override
from shared.worktime.reading import shipped_text as calendar_text
from shared.worktime.taken import Taken, from_json, zone_data
from tests.support.sla_story import Story, assigned, at, opened

FILES = RuleTexts(calendar_text(), shipped_text())
INSTALLED = FILES.taken()
NYEPI, EXTRA = date(2026, 3, 19), date(2026, 4, 9)


def version(taken: Taken, number: int = 0) -> RuleVersion:
    return RuleVersion(number, FILES, FILES.due_dates(number, taken), taken)


def holidays(changes: Mapping[date, str | None]) -> Taken:
    """Return the holidays of another release, with these days changed. None leaves a day out."""
    days = {**INSTALLED.holidays, **changes}
    return Taken({day: name for day, name in days.items() if name}, INSTALLED.zone, "holidays 0.99")


def story(rules: RuleVersion) -> Story:
    found = Story()
    found.due_dates = rules.due_dates
    return found.tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({}, "2026-04-13T16:00"),
        ({EXTRA: "Cuti bersama uji"}, "2026-04-14T16:00"),
        ({EXTRA: "Cuti bersama uji", date(2026, 4, 10): "Libur uji"}, "2026-04-15T16:00"),
        ({NYEPI: None}, "2026-04-13T16:00"),
    ],
)
def test_due_times_follow_the_holidays_that_were_fixed_not_those_installed(
    changes: Mapping[date, str | None], due: str
) -> None:
    assert story(version(holidays(changes))).due("respond") == at(due)


def test_due_times_follow_the_zone_that_was_fixed() -> None:
    jakarta = replace(INSTALLED, zone=zone_data("Asia/Jakarta"))
    rules = version(jakarta)
    assert (rules.due_dates.table.zone.key, story(rules).due("respond")) == (
        "Asia/Makassar",
        at("2026-04-13T17:00"),
    )


def test_what_is_stored_is_what_was_taken() -> None:
    again = from_json(INSTALLED.as_json(), INSTALLED.zone, INSTALLED.source)
    assert (again.holidays, again.digest) == (INSTALLED.holidays, INSTALLED.digest)
    assert holidays({EXTRA: "Uji"}).digest != INSTALLED.digest
    assert {day.year for day in INSTALLED.holidays} == set(range(2012, 2046))


def test_a_change_of_one_day_or_of_the_policies_keeps_the_dates_that_were_fixed() -> None:
    base = version(holidays({EXTRA: "Cuti bersama uji"}), 3)
    for new in (
        next_version(base, with_override(calendar_text(), date(2026, 5, 4), "off", "Libur uji"), None),
        next_version(base, None, shipped_text() + "\n# uji\n"),
    ):
        assert new.taken is base.taken
        assert EXTRA in new.due_dates.table.calendar.holidays


@pytest.mark.parametrize(
    "text",
    [
        calendar_text().replace('"public", "government"', '"public"'),
        calendar_text().replace("[2012, 2045]", "[2012, 2046]"),
        calendar_text().replace('zone = "Asia/Makassar"', 'zone = "Asia/Jakarta"'),
        '{"hours": {"mon-fri": ["08:00-12:00"]}}',
    ],
)
def test_a_calendar_that_asks_for_other_dates_takes_them_from_what_is_installed(text: str) -> None:
    new = next_version(version(holidays({EXTRA: "Cuti bersama uji"})), text, None)
    assert EXTRA not in new.due_dates.table.calendar.holidays


def test_what_is_installed_is_taken_over_by_a_step_of_its_own_and_looked_at_before() -> None:
    base = version(holidays({EXTRA: "Cuti bersama uji"}), 3)
    new = next_version(base, None, None, installed=True)
    assert (new.number, new.what, new.taken.holidays, new.texts) == (4, "calendar", INSTALLED.holidays, FILES)
    running = story(base)
    found = list(deadline_moves(running.case, base.due_dates, new.due_dates, at("2026-04-07T09:00")))
    assert {(one.clock, one.due) for one in found if one.running} == {
        ("respond", at("2026-04-13T16:00")),
        ("resolve", at("2026-04-24T16:30")),
    }


def test_nothing_differs_while_the_same_is_installed() -> None:
    found = compare_with_installed(version(INSTALLED), FILES)
    assert (bool(found), found.words(), found.counts()) == (False, [], dict.fromkeys(KINDS, 0))


def test_a_difference_is_named_by_its_days() -> None:
    found = compare_with_installed(version(holidays({EXTRA: "Uji", NYEPI: None, date(2026, 1, 1): "Lain"})), FILES)
    assert (found.added, found.removed, found.renamed) == ((NYEPI,), (EXTRA,), (date(2026, 1, 1),))
    assert found.words() == [
        f"Menurut {INSTALLED.source} (yang berlaku: holidays 0.99) libur baru: Kamis, 19 Maret 2026.",
        f"Menurut {INSTALLED.source} (yang berlaku: holidays 0.99) tidak lagi libur: Kamis, 9 April 2026.",
        f"Menurut {INSTALLED.source} (yang berlaku: holidays 0.99) nama lain: Kamis, 1 Januari 2026.",
    ]


def test_another_rule_of_the_zone_and_another_file_are_named() -> None:
    other = RuleTexts(calendar_text().replace("kaltim", "kaltim baru"), shipped_text())
    found = compare_with_installed(version(replace(INSTALLED, zone=zone_data("Asia/Jakarta"))), other)
    assert (found.zone, found.files, found.added) == (12_419, ("calendar",), ())
    assert compare_with_installed(version(INSTALLED, 2), other) == InstalledDifference(
        fixed=INSTALLED.source, installed=INSTALLED.source
    )


def test_a_zone_file_that_says_the_same_in_other_bytes_is_no_difference() -> None:
    same = replace(INSTALLED, zone=zone_data("Asia/Ujung_Pandang"))
    assert not compare_with_installed(version(same), FILES)


def test_the_metric_is_there_from_the_start_for_each_kind() -> None:
    registry = CollectorRegistry()
    meter = RuleDifferenceGauge(registry)
    assert [registry.get_sample_value("tanggap_rules_differences", {"what": kind}) for kind in KINDS] == [0, 0, 0]
    meter.show(InstalledDifference(added=(NYEPI,)).counts())
    assert registry.get_sample_value("tanggap_rules_differences", {"what": "holidays"}) == 1


def test_the_book_says_what_the_files_say_until_the_tables_are_read() -> None:
    assert RuleVersions(FILES).in_force.taken.digest == INSTALLED.digest
