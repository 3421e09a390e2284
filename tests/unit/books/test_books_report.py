"""The rule by which a record is missing, and the form of the report for its readers."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from rich.console import Console

from deploy.books.look import Q
from deploy.books.meters import Meters
from deploy.books.report import HEARD, PAIRS, Absent, Behind, Forgotten, Missing, Report, StreamBooks, Unread, still
from deploy.books.table import show
from shared.events.catalogue import CASES, SUBMISSIONS

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
AT = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def report(missing: tuple[Missing, ...] = (), absent: tuple[Absent, ...] = (), ahead: int = 0) -> Report:
    streams = [StreamBooks(SUBMISSIONS, "intake", "router", 3, 9, 9 - len(missing), len(missing), ahead)]
    return Report(AT, 0.5, 3, dict.fromkeys(HEARD, 3), streams, missing, absent, truncated=False)


LOST = Missing(SUBMISSIONS, ONE, "intake", "router", 1, 3, "gap")


def test_a_reader_that_moved_between_the_looks_misses_nothing() -> None:
    assert still([Behind(ONE, 3, 1)], {ONE: 2}) == []


def test_a_reader_that_stands_still_misses_what_was_written_at_the_first_look() -> None:
    assert still([Behind(ONE, 3, 1)], {ONE: 1}) == [Behind(ONE, 3, 1)]


def test_a_reader_that_never_heard_of_a_key_misses_all_of_it() -> None:
    assert still([Behind(ONE, 3, 0), Behind(TWO, 1, 0)], {TWO: 1}) == [Behind(ONE, 3, 0)]


def test_every_internal_stream_and_reader_of_the_catalogue_is_compared() -> None:
    pairs = {(pair.topic, pair.reader) for pair in PAIRS}
    assert pairs >= {(SUBMISSIONS, "router"), (CASES, "sla"), (CASES, "notifier")}
    assert set(re.findall(r"\('stream', '(\S+)', '(\w+)',", Q["compare"])) == pairs


def test_every_service_is_asked_whether_it_knows_a_complaint() -> None:
    assert dict(re.findall(r"\('known', '\S+', '(\w+)'()", Q["compare"])).keys() == HEARD.keys()


def test_the_books_balance_when_nothing_is_missing_absent_or_ahead() -> None:
    assert report().balanced
    assert not report(missing=(LOST,)).balanced
    assert not report(absent=(Absent(ONE, "sla"),)).balanced
    assert not report(ahead=1).balanced


def test_the_document_has_what_republish_takes() -> None:
    entry = report(missing=(LOST,)).document()["missing"][0]
    assert (entry["topic"], entry["key"], entry["writer"], entry["read"]) == (SUBMISSIONS, str(ONE), "intake", 1)
    assert (entry["reader"], entry["written"], entry["parked_reason"]) == ("router", 3, "gap")


def test_the_metrics_say_what_the_last_report_says() -> None:
    meters = Meters()
    meters.take(report(missing=(LOST,), absent=(Absent(THREE, "sla"),)))
    value = meters.registry.get_sample_value
    assert value("tanggap_books_missing_events", {"topic": SUBMISSIONS, "reader": "router"}) == 1
    assert value("tanggap_books_absent_complaints", {"reader": "sla"}) == 1
    assert value("tanggap_books_absent_complaints", {"reader": "router"}) == 0
    assert value("tanggap_books_last_run_timestamp_seconds") == AT.timestamp()


def test_the_table_names_the_missing_and_says_where_to_read_on() -> None:
    told = io.StringIO()
    show(report(missing=(LOST,)), Console(width=200, file=told))
    assert str(ONE) in told.getvalue()
    assert "docs/runbook.md" in told.getvalue()


def test_what_a_restore_forgot_is_listed_and_not_called_balanced() -> None:
    ticket = Forgotten(ONE, "intake", SUBMISSIONS, TWO, "submission.submitted", AT, "KT-7F3K-9Q2M-X", None)
    forgetful = replace(report(), forgotten=(ticket,))
    assert "KT-7F3K-9Q2M-X" in _shown(forgetful)
    assert "The books balance." not in _shown(forgetful)
    assert forgetful.document()["forgotten"][0]["at"] == AT.isoformat()
    meters = Meters()
    meters.take(forgetful)
    assert meters.registry.get_sample_value("tanggap_books_forgotten_entries", {"writer": "intake"}) == 1


def test_unread_words_of_an_opd_do_not_balance() -> None:
    unread = replace(report(), unread=(Unread("opd.dishub.updates.v1", 0, 4, 7),))
    assert not unread.balanced
    assert "opd.dishub.updates.v1" in _shown(unread)
    assert "not compared" in _shown(report())
    assert "not compared" not in _shown(replace(report(), unread=()))


def _shown(given: Report) -> str:
    told = io.StringIO()
    show(given, Console(width=200, file=told))
    return told.getvalue()
