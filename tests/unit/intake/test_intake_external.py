"""A complaint that another system shows again: compared column by column, protection only ever added."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.actions.importing import ImportReport, ImportRun, content_of_row, external_of
from services.intake.labels import IMPORT_COLUMNS
from services.intake.laporan.model import LaporanRow
from services.intake.rules.commands import Submit, SyncExternal
from services.intake.rules.external import COMPARED, digests, digests_of
from services.intake.rules.fold import fold
from services.intake.state import Complaint, Contact
from shared.events.cases_elsewhere import SourceAmended
from shared.events.submissions import ComplaintContent, External, ExternalStatusChanged, SourceChanged, Submitted
from shared.ids import new_id
from shared.pipeline import Change, Item

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)
KEY = new_id()
BASE = LaporanRow(
    number=2,
    tracking_id="8507246",
    filed_at=NOW - timedelta(days=3),
    text="Jalan provinsi di Loa Janan rusak.",
    status="Terverifikasi",
    state="assigned",
    reporter="Warga Contoh",
    title="Jalan rusak",
    source="Website",
    classification="Pengaduan Tidak Berkadar Pengawasan",
    category="Jalan Berlubang",
    opd_name="Dinas Pekerjaan Umum",
    place="Loa Janan, Kutai Kartanegara",
)
# How each column of a row is changed, and under which name the report shows it.
OTHERWISE: dict[str, tuple[Any, str]] = {
    "text": ("Jalan provinsi di Loa Kulu rusak.", "text"),
    "title": ("Jalan berlubang", "title"),
    "place": ("Loa Kulu, Kutai Kartanegara", "place"),
    "classification": ("Pengaduan Berkadar Pengawasan", "class"),
    "category": ("Jembatan", "category"),
    "reporter": ("Orang Lain", "reporter"),
    "anonim": (True, "anonim"),
    "rahasia": (True, "rahasia"),
    "filed_at": (NOW - timedelta(days=4), "filed_at"),
    "source": ("Android", "source"),
    "opd_name": ("Dinas Perhubungan", "opd"),
    "reason": ("Mohon foto lokasi", "reason"),
    "rating": ("4", "rating"),
    "disposed_at": (NOW - timedelta(days=2), "disposed_at"),
    "followed_up_at": (NOW - timedelta(days=1), "followed_up_at"),
    "status": ("Ditutup oleh Admin", "status"),
}
# Columns of a row that a re-import does not compare, and why.
NOT_COMPARED = {
    "number": "the place in the file",
    "tracking_id": "the identity by which the row is found",
    "state": "our word for the status, which is compared",
    "by": "a part of the status, which is compared",
}
States = dict[Any, Complaint | Contact | None]


def run() -> ImportRun:
    return ImportRun("import", NOW, None, ImportReport())


def taken_over(row: LaporanRow = BASE) -> States:
    command = Submit(
        ticket="KT-7F3K-9Q2M-X",
        link="/aduan/x",
        channel="sp4n",
        content=content_of_row(row),
        filed_at=row.filed_at,
        external=external_of(row, run()),
    )
    return {KEY: step({KEY: None}, command).states[KEY]}


def step(states: States, command: Any) -> Change[Complaint | Contact]:
    return fold(states, Item(key=KEY, data=command, actor="import", at=NOW, id=new_id(), keys=(KEY,)), NOW)


def shown_again(states: States, row: LaporanRow, before: dict[str, str] | None = None) -> Change[Complaint | Contact]:
    return step(states, SyncExternal(external_of(row, run()), content_of_row(row), row.filed_at, before or {}))


def complaint(states: Any) -> Complaint:
    found = states[KEY]
    assert isinstance(found, Complaint)
    return found


def test_every_column_that_is_read_is_compared_or_listed_with_the_reason_why_not() -> None:
    assert {one.name for one in fields(LaporanRow)} == OTHERWISE.keys() | NOT_COMPARED.keys()
    # A field of the content that no export has is compared as well, and is always empty.
    assert {name for _, name in OTHERWISE.values()} <= {*COMPARED, "status"}


def test_a_row_that_is_as_before_changes_nothing() -> None:
    change = shown_again(taken_over(), BASE)
    assert (change.states, change.events, change.answer) == ({}, (), {"changed": []})


@pytest.mark.parametrize("column", sorted(OTHERWISE))
def test_a_changed_column_is_written_and_reported_and_then_is_as_before(column: str) -> None:
    states = taken_over()
    value, name = OTHERWISE[column]
    row = replace(BASE, **{column: value} | ({"state": "closed", "by": "admin"} if column == "status" else {}))
    change = shown_again(states, row)
    assert name in change.answer["changed"]
    # Anonymity takes the name with it.
    assert set(change.answer["changed"]) - {name} <= {"reporter"}
    [out] = change.events
    assert isinstance(out.data, ExternalStatusChanged if column == "status" else SourceChanged)
    assert shown_again(states | dict(change.states), row).answer == {"changed": []}


def test_protection_asked_for_there_holds_at_once_here() -> None:
    change = shown_again(taken_over(), replace(BASE, anonim=True, rahasia=True))
    [out] = change.events
    assert isinstance(out.data, SourceChanged)
    assert (out.data.anonim, out.data.rahasia, out.data.reporter_name) == (True, True, None)
    assert (complaint(change.states).anonim, complaint(change.states).rahasia) == (True, True)


@pytest.mark.parametrize("column", ["text", "reporter", "status"])
def test_an_import_takes_protection_off_by_no_column(column: str) -> None:
    states = taken_over(replace(BASE, anonim=True, rahasia=True))
    change = shown_again(states, replace(BASE, **{column: OTHERWISE[column][0]}))
    after = complaint(states | dict(change.states))
    assert (after.anonim, after.rahasia) == (True, True)
    assert all(
        "Orang Lain" not in out.data.model_dump_json() and "Warga" not in out.data.model_dump_json()
        for out in change.events
    )


def test_protection_that_the_citizen_asked_for_here_stays() -> None:
    states = taken_over()
    states = {KEY: complaint(states).with_(anonim=True)}
    change = shown_again(states, BASE)
    assert complaint(states | dict(change.states)).anonim
    assert [type(out.data) for out in change.events] == [SourceChanged]
    assert all("Warga" not in out.data.model_dump_json() for out in change.events)


def test_an_erased_complaint_takes_nothing_over() -> None:
    states: States = {KEY: Complaint(ticket="KT-7F3K-9Q2M-X", erased=True)}
    assert shown_again(states, replace(BASE, text="Baru")).events == ()


def test_one_taken_over_by_an_older_version_is_compared_with_the_log() -> None:
    states = taken_over()
    older: States = {KEY: complaint(states).with_(source_digests={})}
    said = Submitted(
        ticket="KT-7F3K-9Q2M-X",
        channel="sp4n",
        source="Website",
        text=BASE.text,
        title=BASE.title,
        place=BASE.place,
        topic="Jalan Berlubang",
        class_hint="no_oversight",
        reporter_name=BASE.reporter,
        filed_at=BASE.filed_at,
        external=External(
            system="sp4n",
            id="8507246",
            status="assigned",
            status_text="Terverifikasi",
            category="Jalan Berlubang",
            opd="Dinas Pekerjaan Umum",
        ),
    )
    assert shown_again(older, BASE, digests_of(said)).answer == {"changed": []}
    assert shown_again(older, replace(BASE, anonim=True), digests_of(said)).answer == {
        "changed": ["reporter", "anonim"]
    }


def test_a_digest_tells_nothing_of_what_it_was_made_of() -> None:
    told = digests(content_of_row(BASE), BASE.filed_at, external_of(BASE, run()))
    assert all(len(value) == 16 and value.isalnum() for value in told.values())


def test_the_citizen_sees_that_the_text_is_another_but_not_that_the_agency_is() -> None:
    states = taken_over()
    for column, lines in (("opd_name", 0), ("text", 1)):
        after = complaint(shown_again(states, replace(BASE, **{column: OTHERWISE[column][0]})).states)
        assert [entry.what for entry in after.timeline].count("source_changed") == lines


def test_the_report_of_an_import_names_every_column_that_is_compared() -> None:
    assert set(COMPARED) <= set(IMPORT_COLUMNS)


def test_of_a_complaint_that_sp4n_has_from_us_only_its_status_is_taken_over() -> None:
    """Text, source and date stand, and a second import of the same row changes nothing."""
    filed = Submit("KT-7F3K-9Q2M-X", "/aduan/x", "web", replace_source("web"), NOW)
    states: States = {KEY: step({KEY: None}, filed).states[KEY]}
    row = replace(BASE, text="Jalan rusak.", status="Ditutup oleh Admin", state="closed", by="admin")
    sync = SyncExternal(external_of(row, run()), content_of_row(row), row.filed_at, ours=True)
    change = step(states, sync)
    after = complaint(change.states)
    assert (after.source, after.filed_at, after.external_status) == ("web", NOW, "Ditutup oleh Admin")
    assert [type(out.data) for out in change.events] == [ExternalStatusChanged]
    assert step(states | dict(change.states), sync).events == ()


@pytest.mark.parametrize("name", ["anonim", "rahasia"])
def test_protection_that_sp4n_shows_of_a_complaint_of_ours_holds_here_and_is_told_once(name: str) -> None:
    """The photos are no longer public, and a later row without it takes nothing off."""
    filed = Submit("KT-7F3K-9Q2M-X", "/aduan/x", "web", replace_source("web"), NOW)
    before = complaint(step({KEY: None}, filed).states).with_(public_files=(new_id(),), external_status="Terverifikasi")
    row = replace(BASE, **{name: True})
    change = step({KEY: before}, SyncExternal(external_of(row, run()), content_of_row(row), row.filed_at, ours=True))
    after = complaint(change.states)
    assert (getattr(after, name), after.public_files, change.answer) == (True, (), {"changed": [name]})
    [out] = change.events
    assert isinstance(out.data, ExternalStatusChanged)
    assert getattr(out.data, name)
    again = SyncExternal(external_of(BASE, run()), content_of_row(BASE), BASE.filed_at, ours=True)
    assert step({KEY: after}, again).events == ()


def test_protection_that_the_router_reads_in_sp4n_holds_here() -> None:
    filed = Submit("KT-7F3K-9Q2M-X", "/aduan/x", "web", replace_source("web"), NOW)
    before = complaint(step({KEY: None}, filed).states).with_(anonim=True, public_files=(new_id(),))
    fact = SourceAmended(system="sp4n", changed=("rahasia",), anonim=False, rahasia=True)
    after = complaint(step({KEY: before}, fact).states)
    assert (after.anonim, after.rahasia, after.public_files) == (True, True, ())
    assert step({KEY: after}, fact).states == {}


def replace_source(source: str) -> ComplaintContent:
    return content_of_row(BASE).model_copy(update={"source": source})
