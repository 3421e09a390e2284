"""The reporter's appeal and case file: pages in a real Chromium, and a ZIP with files, hashes and the chain."""

import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from shared.events import cases
from shared.events.cases_appeal import AppealDecided, Appealed
from shared.pipeline.sealing import seal
from shared.policy import OMBUDSMAN
from tests.integration.intake.test_intake_browser import picture
from tests.integration.intake.test_intake_pages import ticket_of
from tests.integration.intake.test_intake_tracking_pages import TEXT, answer_with, upload
from tests.integration.intake.test_intake_webhook import put
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.infra import Database
from tests.support.intake import Intake, opened

WHY = "Lampunya masih padam; jawabannya hanya janji."
REASON = "Perbaikan sudah diperiksa di lapangan."
CLOSED = cases.Closed(by="silence")


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    """Yield an intake with a media store of its own."""
    async with opened(intake_database, media_folder=tmp_path) as running_intake:
        yield running_intake


async def closed(intake: Intake) -> tuple[str, list[dict[str, str]]]:
    """File a complaint with a photo, answer it with another, and close it. Return its path and the photos."""
    photos = [await upload(intake, colour) for colour in ((10, 20, 30), (200, 210, 220))]
    filed = (await intake.post({"text": TEXT, "attachments": [photos[0]["id"]]})).json()
    await answer_with(intake, filed["ticket"], photos[1])
    await put(intake, filed["ticket"], CLOSED)
    return filed["link"].removeprefix("https://aduan.contoh.id"), photos


async def test_the_case_file_holds_the_files_with_their_hashes_and_the_chain(intake: Intake) -> None:
    path, photos = await closed(intake)
    await seal(intake.live.pool)
    page = await intake.http.get(f"{path}/berkas")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    assert all(one["sha256"] in page.text for one in photos)
    assert "Catatan terakhir dalam rantai: nomor" in page.text
    answer = await intake.http.get(f"{path}/berkas.zip")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert packed.testzip() is None
        manifest = json.loads(packed.read("manifest.json"))
        copy = packed.read("berkas-perkara.html").decode()
        for one in manifest["files"]:
            assert one["included"]
            assert hashlib.sha256(packed.read(one["name"])).hexdigest() == one["sha256"]
    named = {one["name"] for one in manifest["files"]}
    assert named == {"berkas-perkara.html", "berkas/01-pelapor.jpg", "berkas/02-instansi.jpg"}
    assert {one["sha256"] for one in manifest["files"]} > {one["sha256"] for one in photos}
    assert TEXT in copy
    assert manifest["chain"][0]["type"] == "submission.submitted"
    assert all(one["number"] and one["link"] for one in manifest["chain"])
    # The citizen's copy names no actor.
    assert "opd:dishub" not in copy + json.dumps(manifest)
    reads = await intake.rows("SELECT DISTINCT actor, why FROM reads")
    assert [tuple(row) for row in reads] == [("citizen", "case file")]


async def test_without_the_secret_there_is_no_case_file(intake: Intake) -> None:
    path, _ = await closed(intake)
    wrong = f"/aduan/{ticket_of(path)}/{'0' * 32}"
    for address in (f"{wrong}/berkas", f"{wrong}/berkas.zip"):
        assert (await intake.http.get(address)).status_code == 404


@pytest.mark.browser
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_a_citizen_appeals_and_keeps_the_case_file(
    intake: Intake, browser: Browser, width: int, scripts: bool
) -> None:
    path, _ = await closed(intake)
    async with serving(intake.app) as address, window(browser, width, scripts=scripts, dark=width == DESK) as page:

        async def clean(name: str) -> None:
            if scripts:
                await check(page, picture(f"keberatan-pelapor-{name}-{width}"))

        await page.goto(address + path)
        await page.get_by_text("Ajukan keberatan kepada pengawas", exact=True).click()
        await clean("offered")
        await page.get_by_role("button", name="Ajukan keberatan").click()
        await page.get_by_role("link", name="Tulis mengapa Anda berkeberatan, lalu kirim.").wait_for()
        await clean("wrong")
        await page.get_by_label("Mengapa Anda berkeberatan?").fill(WHY)
        await page.get_by_role("button", name="Ajukan keberatan").click()
        await expect(page.locator("#terkirim")).to_contain_text("Keberatan Anda sudah kami catat.")
        await clean("sent")
        await put(intake, ticket_of(path), Appealed(opd="dishub", reason=WHY))
        await put(intake, ticket_of(path), AppealDecided(verdict="rejected", reason=REASON))
        await page.goto(address + path)
        told = await page.locator("main").inner_text()
        assert REASON in told
        assert OMBUDSMAN in told
        assert "Ajukan keberatan" not in told
        await clean("rejected")
        await page.get_by_role("link", name="Berkas perkara: cetak atau unduh").click()
        assert WHY in await page.locator("main").inner_text()
        await clean("file")
