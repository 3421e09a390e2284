"""The desk listens to a voice note and writes it down, in a real Chromium, on a phone and a desk."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient
from playwright.async_api import Browser, Page

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from services.intake.media.recordings import without_metadata
from shared.web.keys import Keys
from tests.support.browser import DESK, PHONE, browser, check, enter_with_key, window
from tests.support.files_world import FilesWorld, files_world
from tests.support.infra import Database
from tests.support.media import PDF, photo, picture, recording, voice_note

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WORDS = "Guru SMAN 5 tidak pernah masuk kelas sejak awal semester."
COMMENT = b"ARTIST=Warga Uji"
# Speak one second into the browser's own encoder, and return the packets.
SPEAK = """async () => {
  const packets = [], rate = 48000, data = new Float32Array(rate).map((_, at) => Math.sin(at / 17) / 3)
  const encoder = new AudioEncoder({
    output: chunk => { const bytes = new Uint8Array(chunk.byteLength); chunk.copyTo(bytes); packets.push([...bytes]) },
    error: error => { throw error },
  })
  encoder.configure({codec: "opus", sampleRate: rate, numberOfChannels: 1, bitrate: 16000})
  const sound = {format: "f32", sampleRate: rate, numberOfFrames: rate, numberOfChannels: 1, timestamp: 0, data}
  encoder.encode(new AudioData(sound))
  await encoder.flush()
  return packets
}"""
# Play the first recording of the page until it has sounded for a while, and return its length.
PLAY = """async () => {
  const sound = document.querySelector("audio")
  sound.muted = true
  await sound.play()
  while (sound.currentTime < 0.2) await new Promise(done => setTimeout(done, 20))
  return sound.duration
}"""


@pytest.fixture
async def world(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> AsyncIterator[FilesWorld]:
    async with files_world(database, cluster_ready, kafka_admin, secrets, tmp_path) as own:
        yield own


async def enter(page: Page, world: FilesWorld, path: str) -> None:
    """Log in as koordinator, and go to a page of the desk."""
    key = await Keys(world.lives["router"].pool).create(owner="Ibu Uji", role="koordinator", opd=None)
    await enter_with_key(page, str(world.desk.base_url).rstrip("/"), f"/{path}", key)


async def look(page: Page, name: str) -> None:
    """Check the rules for every page, with a thumb's room for each link to a file."""
    folder = os.environ.get("TANGGAP_PICTURES")
    await check(page, Path(folder) / f"files-{name}.png" if folder else None)
    low: Any = await page.evaluate(
        "[...document.querySelectorAll('.files a')].filter(e => e.getBoundingClientRect().height < 43.5).length"
    )
    assert low == 0


async def sent(world: FilesWorld, page: Page) -> str:
    """Let the citizen send a voice note, two photos, a video and a PDF, and one file that we do not keep."""
    await page.goto(f"{world.desk.base_url}/masuk")
    spoken = voice_note([bytes(one) for one in await page.evaluate(SPEAK)], COMMENT)
    assert COMMENT not in without_metadata("audio/ogg", spoken)
    files = {
        "suara": ("audio", spoken),
        "foto-1": ("image", photo((1600, 1200))),
        "foto-2": ("image", picture((300, 900), colour=(30, 90, 160))),
        "video": ("video", recording(b"vide", b"soun", brand=b"isom")),
        "surat": ("document", PDF),
        "salah": ("document", b"<svg/>"),
    }
    for media, (kind, content) in files.items():
        world.holds(media, content)
        await world.sends(kind, id=media, mime_type="application/octet-stream")
    case = await world.becomes(lambda one: len(one.attachments) == 5 and one.refused_files, "all files are settled")
    return case.ticket


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_the_desk_hears_sees_and_writes_down(world: FilesWorld, browser: Browser, width: int, dark: bool) -> None:
    async with window(browser, width, dark=dark) as page:
        ticket = await sent(world, page)
        await enter(page, world, "triase?meja=suara")
        await look(page, f"list-{width}")
        assert "1 pesan suara belum dituliskan" in await page.locator("main").inner_text()
        await page.get_by_role("link", name=ticket).click()
        await page.get_by_role("heading", name="Berkas pelapor").wait_for()
        shown: Any = await page.evaluate(
            "Promise.all([...document.images].map(async one =>"
            " (one.loading = 'eager', await one.decode(), one.naturalWidth)))"
        )
        # Each photo stands among the files and beside its release to the public.
        assert sorted(shown) == [107, 107, 320, 320]
        assert 0.9 < await page.evaluate(PLAY) < 1.1
        assert "jenis berkas tidak dapat diterima" in (await page.locator("main").inner_text()).casefold()
        await look(page, f"case-{width}")

        await page.get_by_role("button", name="Simpan tulisan").click()
        assert await page.get_by_role("alert").get_by_role("link").inner_text() == "Tuliskan isi pesan suara ini."
        await page.get_by_label("Isi pesan suara 1").fill(WORDS)
        await page.get_by_role("button", name="Simpan tulisan").click()
        assert "Tersimpan." in await page.get_by_role("status").inner_text()
        await look(page, f"written-{width}")
        assert await page.locator(".files .quote").inner_text() == WORDS
        assert "Pesan suara dituliskan" in await page.locator(".timeline").inner_text()
        await page.goto(f"{world.desk.base_url}/triase?meja=suara")
        assert "Tidak ada pesan suara yang menunggu." in await page.locator("main").inner_text()
    assert (await world.case()).opd == "disdikbud"


async def test_everything_essential_works_without_scripts_and_a_link_serves_its_session_alone(
    world: FilesWorld, browser: Browser
) -> None:
    async with window(browser, PHONE) as first:
        ticket = await sent(world, first)
    async with window(browser, PHONE, scripts=False) as page:
        await enter(page, world, f"triase/{ticket}")
        address = await page.get_by_role("link", name="Buka foto 1").get_attribute("href")
        answer = await page.request.get(f"{world.desk.base_url}{address}")
        assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
        assert answer.url.startswith(f"{world.site.base_url}/v1/media/")
        await page.goto(f"{world.desk.base_url}/triase/{ticket}/berkas/00000000-0000-7000-8000-000000000001")
        assert "Tidak ada berkas itu" in await page.locator("main").inner_text()
    assert address is not None
    stranger = await world.desk.get(address)
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (303, "/akun/masuk")
