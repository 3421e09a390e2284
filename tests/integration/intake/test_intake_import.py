"""Import of a Laporan Ringkas on the real Postgres."""

from services.intake.filing import Desk
from services.intake.importing import import_laporan
from tests.integration.intake.test_intake_pages import hidden
from tests.support.intake import COLUMNS, Intake, laporan, laporan_row


async def test_rows_become_complaints_with_their_status_there(intake: Intake) -> None:
    desk = Desk(intake.live, intake.settings)
    report = await import_laporan(desk, laporan(laporan_row("11"), laporan_row("12", "Ditutup oleh Sistem")), "import")
    assert (report.accepted, report.already_closed, report.bad) == (2, 1, [])
    external = [data["external"] for _, data in await intake.events("submission.")]
    assert [(told["id"], told["status"], told["by"]) for told in external] == [
        ("11", "verification", None),
        ("12", "closed", "system"),
    ]


async def test_the_same_file_again_changes_nothing(intake: Intake) -> None:
    desk = Desk(intake.live, intake.settings)
    file = laporan(*(laporan_row(str(number)) for number in range(1, 700)))
    first, again = await import_laporan(desk, file, "import"), await import_laporan(desk, file, "import")
    assert (first.accepted, again.accepted, again.unchanged, again.tickets == first.tickets) == (699, 0, 699, True)
    assert len(await intake.events()) == 699


async def test_a_known_row_with_another_status_updates_it_and_makes_no_second_complaint(intake: Intake) -> None:
    desk = Desk(intake.live, intake.settings)
    await import_laporan(desk, laporan(laporan_row("11")), "import")
    for _ in range(2):
        report = await import_laporan(desk, laporan(laporan_row("11", "Ditutup oleh Admin")), "import")
    assert (report.accepted, report.updated, report.unchanged) == (0, 0, 1)
    assert [kind for kind, _ in await intake.events()] == ["submission.submitted", "submission.external_status_changed"]


async def test_a_bad_row_is_listed_with_its_number_and_the_rest_is_imported(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Diskominfo")
    file = laporan(laporan_row("11"), laporan_row("tanpa angka"), laporan_row("13"))
    answer = await intake.http.post(
        "/v1/imports/laporan-ringkas", files={"file": ("a.xlsx", file)}, headers={"Authorization": f"Bearer {key}"}
    )
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
    assert answer.json()["bad"] == [{"row": 4, "tracking_id": "tanpa angka", "reason": "Tracking ID harus berupa angka."}]


async def test_what_is_no_laporan_says_so_and_imports_nothing(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Diskominfo")
    headers = {"Authorization": f"Bearer {key}"}
    lacking = laporan(
        laporan_row("11")[:-2], columns=[name for name in COLUMNS if name not in {"Status Laporan", "Kota/Kabupaten"}]
    )
    answers = [
        await intake.http.post("/v1/imports/laporan-ringkas", content=body, headers=headers) for body in (b"bukan", lacking, b"")
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert '"Status Laporan"' in answers[1].json()["detail"]
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
