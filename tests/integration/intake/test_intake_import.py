"""Import of a Laporan Ringkas on the real Postgres."""

import json
import os
from pathlib import Path

import asyncpg
import pytest

from services.intake.actions.importing import ImportReport, history_of, import_laporan
from services.intake.actions.running import RunningIntake
from services.intake.laporan import NotALaporan, process
from services.intake.laporan.process import read_apart
from services.intake.rules.commands import Erase
from services.intake.store import by_ticket
from tests.integration.intake.test_intake_pages import hidden
from tests.support.intake import COLUMNS, Intake, empty, laporan, laporan_row
from tests.support.xlsx import rows_xml, workbook


async def test_rows_become_complaints_with_their_status_there(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    report = await import_laporan(
        service, laporan(laporan_row("11"), laporan_row("12", "Ditutup oleh Sistem")), "import"
    )
    assert (report.accepted, report.already_closed, report.bad) == (2, 1, [])
    external = [data["external"] for _, data in await intake.events("submission.")]
    assert [(told["id"], told["status"], told["by"]) for told in external] == [
        ("11", "verification", None),
        ("12", "closed", "system"),
    ]


async def test_the_same_file_again_changes_nothing(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    file = laporan(*(laporan_row(str(number)) for number in range(1, 700)))
    first, again = await import_laporan(service, file, "import"), await import_laporan(service, file, "import")
    assert (first.accepted, again.accepted, again.unchanged, again.tickets == first.tickets) == (699, 0, 699, True)
    assert len(await intake.events()) == 699


async def test_a_known_row_with_another_status_updates_it_and_makes_no_second_complaint(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    await import_laporan(service, laporan(laporan_row("11")), "import")
    for _ in range(2):
        report = await import_laporan(service, laporan(laporan_row("11", "Ditutup oleh Admin")), "import")
    assert (report.accepted, report.updated, report.unchanged) == (0, 0, 1)
    assert [kind for kind, _ in await intake.events()] == ["submission.submitted", "submission.external_status_changed"]


def test_a_report_with_counts_can_be_answered_as_json() -> None:
    report = ImportReport(accepted=2)
    report.unmapped_categories["Usulan baru"] += 1
    report.changes["Isi Laporan"] += 2
    told = json.loads(json.dumps(report.as_json()))
    assert (told["accepted"], told["unmapped_categories"], told["changes"]) == (
        2,
        {"Usulan baru": 1},
        {"Isi Laporan": 2},
    )


async def test_a_bad_row_is_listed_with_its_number_and_the_rest_is_imported(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Diskominfo")
    file = laporan(laporan_row("11"), laporan_row("tanpa angka"), laporan_row("13"))
    answer = await intake.http.post(
        "/v1/imports/laporan-ringkas", files={"file": ("a.xlsx", file)}, headers={"Authorization": f"Bearer {key}"}
    )
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
    assert answer.json()["bad"] == [
        {"row": 4, "tracking_id": "tanpa angka", "reason": "Tracking ID harus berupa angka."}
    ]


async def test_what_is_no_laporan_says_so_and_imports_nothing(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Diskominfo")
    headers = {"Authorization": f"Bearer {key}"}
    lacking = laporan(
        laporan_row("11")[:-2], columns=[name for name in COLUMNS if name not in {"Status Laporan", "Kota/Kabupaten"}]
    )
    answers = [
        await intake.http.post("/v1/imports/laporan-ringkas", content=body, headers=headers)
        for body in (b"bukan", lacking, b"")
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert '"Status Laporan"' in answers[1].json()["message"]
    assert await intake.events() == []


async def test_only_a_koordinator_imports(intake: Intake) -> None:
    answers = [
        await intake.http.post("/v1/imports/laporan-ringkas", content=b"x", headers=headers)
        for headers in ({}, {"Authorization": f"Bearer {intake.key}"})
    ]
    assert [answer.status_code for answer in answers] == [401, 403]


async def test_the_page_imports_a_file_and_names_its_bad_rows(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Diskominfo")
    csrf = hidden(await intake.http.get("/impor"))
    file = {"berkas": ("a.xlsx", laporan(laporan_row("11"), laporan_row("tanpa angka")))}
    answers = [
        await intake.http.post("/impor", data=csrf | {"kunci": typed}, files=files)
        for typed, files in ((intake.key, file), (key, {"berkas": ("a.xlsx", b"bukan")}), (key, file))
    ]
    assert [answer.status_code for answer in answers] == [403, 422, 200]
    assert "Tracking ID harus berupa angka." in answers[2].text
    assert len(await intake.events()) == 1


async def test_a_changed_row_is_taken_over_shown_in_the_report_and_then_unchanged(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    names = [*COLUMNS, "Nama Pelapor", "Kategori"]
    first = laporan([*laporan_row("11"), "Warga Contoh", "Jalan Berlubang"], columns=names)
    await import_laporan(service, first, "import")
    otherwise = {
        "Tipe Laporan (Anonim/Rahasia)": "Anonim|Rahasia",
        "Isi Laporan Awal": "Jalan provinsi di Loa Kulu rusak",
        "Instansi Terdisposisi": "Dinas Perhubungan",
        "Klasifikasi Laporan": "Aspirasi",
    }
    second = laporan([*laporan_row("11", **otherwise), "Warga Contoh", "Usulan baru"], columns=names)
    told, again = [await import_laporan(service, second, "import") for _ in range(2)]
    [changed] = told.changed_rows
    assert set(changed["columns"]) == {"anonim", "rahasia", "text", "opd", "class", "category", "reporter"}
    assert (told.updated, told.unmapped_categories, again.updated, again.unchanged) == (1, {"Usulan baru": 1}, 0, 1)
    [_, (kind, data)] = await intake.events()
    assert (kind, data["anonim"], data["reporter_name"], data["topic"]) == (
        "submission.source_changed",
        True,
        None,
        None,
    )
    page = (await intake.http.get(f"/aduan/{told.tickets['11']}")).text
    assert "Loa K" not in page
    taken_back = await import_laporan(service, first, "import")
    assert "anonim" not in taken_back.changes
    _, state = await intake.complaint(told.tickets["11"])
    assert (state["anonim"], state["rahasia"]) == (True, True)


async def test_the_reporters_page_shows_the_text_as_it_is_told_now(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    await import_laporan(service, laporan(laporan_row("11")), "import")
    report = await import_laporan(
        service, laporan(laporan_row("11", **{"Isi Laporan Awal": "Jalan di Loa Kulu"})), "import"
    )
    found = await by_ticket(intake.live.pool, report.tickets["11"])
    assert found is not None
    assert found.content is not None
    assert found.content.text == "Jalan di Loa Kulu"


async def test_rows_of_an_older_version_are_unchanged_until_they_change(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    rows = [laporan_row(str(number)) for number in range(1, 4)]
    await import_laporan(service, laporan(*rows), "import")
    connection = await asyncpg.connect(intake.database.admin_dsn, server_settings={"search_path": "intake"})
    await connection.execute("UPDATE state SET data = data - 'source_digests'")
    await connection.close()
    rows[1] = laporan_row("2", **{"Tipe Laporan (Anonim/Rahasia)": "Anonim"})
    report = await import_laporan(service, laporan(*rows), "import")
    assert (report.unchanged, report.changes) == (2, {"anonim": 1})


async def test_a_row_whose_complaint_was_erased_stays_erased(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    report = await import_laporan(service, laporan(laporan_row("11"), laporan_row("12")), "import")
    found = await by_ticket(intake.live.pool, report.tickets["11"])
    assert found is not None
    await intake.live.do(Erase(), keys=(found.key,), actor="operator")
    again = laporan(laporan_row("11", "Ditutup oleh Admin"), laporan_row("12", "Ditutup oleh Admin"))
    told = await import_laporan(service, again, "import")
    assert (told.unchanged, told.updated, told.bad) == (1, 1, [])


async def test_open_rows_that_rest_are_history_and_the_caller_may_say_otherwise(intake: Intake) -> None:
    service = RunningIntake(intake.live, intake.settings)
    today = f"{service.running.clock.now():%Y-%m-%d}"
    rows = [
        laporan_row("11", "Ditanggapi oleh Pelapor"),
        laporan_row("12", **{"Tanggal Laporan Masuk": today, "Waktu Laporan Masuk": "00:00:01"}),
        laporan_row("13", "Ditutup oleh Sistem"),
    ]
    assert (await import_laporan(service, laporan(*rows), "import")).history == 1
    marked = [data["external"]["history"] for _, data in await intake.events("submission.submitted")]
    assert marked == [True, False, False]
    for choice, number in (("all", 2), ("none", 0)):
        await empty(intake.database)
        assert (await import_laporan(service, laporan(*rows), "import", history_of(choice))).history == number


async def test_the_page_and_the_door_take_the_choice_and_refuse_another_word(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Diskominfo")
    bearer = {"Authorization": f"Bearer {key}"}
    file = laporan(laporan_row("11", "Terverifikasi"))
    answers = [
        await intake.http.post(f"/v1/imports/laporan-ringkas?history={word}", content=file, headers=bearer)
        for word in ("besok", "none")
    ]
    assert [answer.status_code for answer in answers] == [422, 200]
    assert answers[1].json()["history"] == 0
    csrf = hidden(await intake.http.get("/impor"))
    again = laporan(laporan_row("11", "Ditutup oleh Admin"), laporan_row("12", "Terverifikasi"))
    page = await intake.http.post(
        "/impor", data=csrf | {"kunci": key, "riwayat": "all"}, files={"berkas": ("a.xlsx", again)}
    )
    assert page.status_code == 200
    assert "1 aduan lama yang masih terbuka" in page.text
    assert "Status Laporan" in page.text


async def test_a_file_that_takes_too_long_is_refused_and_its_process_is_gone(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "WALL_S", 0.05)
    with pytest.raises(NotALaporan, match="terlalu besar"):
        await read_apart(laporan(laporan_row("11")), intake.live.clock.now())
    children = (Path("/proc") / str(os.getpid()) / "task" / str(os.getpid()) / "children").read_text()
    names = [(Path("/proc") / child / "cmdline").read_bytes() for child in children.split()]
    assert not any(b"services.intake.laporan" in name for name in names)


async def test_a_file_that_needs_too_much_memory_is_refused_and_the_next_one_is_read(intake: Intake) -> None:
    deep = workbook([("Data", "visible", rows_xml([COLUMNS, laporan_row("11")]) + "<a>" * 12_000_000)])
    with pytest.raises(NotALaporan, match="terlalu besar"):
        await read_apart(deep, intake.live.clock.now())
    reading = await read_apart(laporan(laporan_row("11")), intake.live.clock.now())
    assert [row.tracking_id for row in reading.rows()] == ["11"]
    reading.close()
