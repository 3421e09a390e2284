"""Following, the hint of similar complaints and the queue in a real Chromium: phone and desk, axe, scripts off."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader
from playwright.async_api import Browser
from starlette.requests import Request
from starlette.responses import Response

from services.intake.actions.running import RunningIntake
from services.intake.actions.similar import find_similar
from services.intake.api.site import CITIZENS, pages_of
from services.intake.api.views import similar_rows
from tests.integration.intake.test_intake_following import filed, link_of
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.infra import Database
from tests.support.intake import Intake, opened

pytestmark = pytest.mark.browser
TEXT = "Lampu jalan di depan pasar padam sejak Senin malam"


def picture(name: str) -> Path | None:
    """Return the path for a picture that a person will look at, or None when nobody asked for pictures."""
    folder = os.environ.get("TANGGAP_PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (DESK, True)])
async def test_a_person_follows_a_complaint_and_stops(
    intake: Intake, browser: Browser, width: int, scripts: bool
) -> None:
    ticket = await filed(intake)
    # axe itself needs scripts; without them the page is the same.
    async with serving(intake.app) as address, window(browser, width, scripts=scripts) as page:
        await page.goto(f"{address}/ikuti/{ticket}")
        await page.get_by_role("button", name="Ikuti aduan ini").click()
        await page.get_by_role("link", name="Tulis nomor WhatsApp atau alamat surel").click()
        assert page.url.endswith("#whatsapp")
        await page.get_by_label("Nomor WhatsApp").fill("+62 812 0000 1234")
        await page.get_by_role("button", name="Ikuti aduan ini").click()
        assert "terkirim" in page.url
        await page.reload()
        await page.goto(f"{address}{await link_of(intake)}")
        await page.get_by_role("button", name="Berhenti mengikuti").click()
        assert "berhenti" in page.url
    assert [kind for kind, _ in await intake.events("submission.")][1:] == [
        "submission.followed",
        "submission.unfollowed",
    ]


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_every_page_of_following_is_clean(intake: Intake, browser: Browser, width: int, dark: bool) -> None:
    ticket, secret = await filed(intake), await filed(intake, rahasia=True)
    async with serving(intake.app) as address, window(browser, width, dark=dark) as page:
        await page.goto(f"{address}/ikuti/{ticket}")
        await check(page, picture(f"follow-{width}"))
        await page.get_by_role("button", name="Ikuti aduan ini").click()
        await check(page, picture(f"follow-wrong-{width}"))
        await page.get_by_label("surel").fill("warga@contoh.id")
        await page.get_by_role("button", name="Ikuti aduan ini").click()
        await check(page, picture(f"follow-done-{width}"))
        await page.goto(f"{address}{await link_of(intake)}")
        await check(page, picture(f"following-{width}"))
        await page.goto(f"{address}/ikuti/{secret}")
        await check(page, picture(f"follow-not-{width}"))


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_the_hint_of_similar_complaints_leads_to_following_and_shows_nobodys_words(
    intake: Intake, browser: Browser, width: int
) -> None:
    ticket = await filed(intake, text=TEXT, reporter={"name": "Warga Contoh"})
    running = RunningIntake(intake.live, intake.settings)
    pages = pages_of(intake.live, CITIZENS)

    async def part(request: Request) -> Response:
        found = await find_similar(running, "Lampu depan pasar padam gelap", "Loa Janan")
        now = intake.live.clock.now() + timedelta(days=3)
        return pages.page(request, "similar_alone.html", similar=similar_rows(found, now))

    source = '{% extends "site.html" %}{% block content %}<h1>Periksa aduan Anda</h1>{% include "similar.html" %}{% endblock %}'
    environment = pages._templates
    assert environment.loader is not None
    environment.loader = ChoiceLoader([DictLoader({"similar_alone.html": source}), environment.loader])
    intake.app.router.add_route("/serupa", part, methods=["GET"])  # type: ignore[attr-defined]  # the app is FastAPI's
    async with serving(intake.app) as address, window(browser, width) as page:
        await page.goto(f"{address}/serupa")
        await check(page, picture(f"similar-{width}"))
        content = await page.content()
        assert "Sudah ada aduan serupa di dekat sini" in content
        assert "3 hari lalu" in content
        assert "Senin malam" not in content
        assert "Warga Contoh" not in content
        await page.get_by_role("link", name="Ikuti aduan itu").click()
        assert page.url == f"{address}/ikuti/{ticket}"


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, False)])
async def test_whoever_waits_in_the_queue_loses_nothing_and_comes_through(
    intake_database: Database, browser: Browser, width: int, scripts: bool
) -> None:
    async with (
        opened(intake_database, web_burst=1, web_rate=6, web_wait_s=0.5) as intake,
        serving(intake.app) as address,
        window(browser, width, scripts=scripts) as page,
    ):
        for _ in range(2):
            await page.goto(address)
            await page.get_by_label("Ceritakan masalahnya").fill(TEXT)
            await page.get_by_label("Lokasi kejadian").fill("Loa Janan")
            await page.get_by_role("button", name="Kirim aduan").click()
        assert "Anda di urutan ke-1 dalam antrean" in await page.content()
        if scripts:
            await check(page, picture(f"waiting-{width}"))
        else:
            await page.wait_for_timeout(10_000)
            await page.get_by_role("button", name="Kirim aduan").click()
        await page.wait_for_url("**/bukti", timeout=20_000)
        assert len(await intake.events("submission.submitted")) == 2
