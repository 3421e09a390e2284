"""A stranger's page shows a photo while a person's release of it stands, and its links end with the release."""

import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from services.intake.actions.complaints import erase_complaint
from services.intake.actions.running import RunningIntake
from shared.events.cases_files import FileReleased
from tests.integration.intake.test_intake_browser import picture
from tests.integration.intake.test_intake_live import looking
from tests.integration.intake.test_intake_pages import own_page, ticket_of
from tests.integration.intake.test_intake_tracking_pages import answer_with, upload
from tests.integration.intake.test_intake_webhook import put
from tests.support.browser import PHONE, check, serving, window
from tests.support.infra import Database
from tests.support.intake import Intake, opened

OPEN = "Foto ini terlihat umum"


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    """Yield an intake with a media store of its own."""
    async with opened(intake_database, media_folder=tmp_path) as running_intake:
        yield running_intake


def released(photo: dict[str, Any], *, public: bool = True) -> FileReleased:
    return FileReleased(file=photo["id"], public=public, reason="Hanya jalan yang terlihat.")


def links(page: httpx.Response) -> list[str]:
    """Return the addresses of the files and thumbnails that a page names."""
    return [html.unescape(one) for one in re.findall(r'(?:href|src)="(/v1/media/[^"]+)"', page.text)]


async def codes(intake: Intake, addresses: list[str]) -> list[int]:
    return [(await intake.http.get(one)).status_code for one in addresses]


async def two_photos(intake: Intake) -> tuple[str, str, dict[str, Any]]:
    """Return the reporter's and the stranger's page of an answered complaint, and one of its two photos."""
    path = await own_page(intake)
    shown, kept = await upload(intake, (20, 90, 160)), await upload(intake, (160, 90, 20))
    await answer_with(intake, ticket_of(path), shown, kept)
    return path, f"/aduan/{ticket_of(path)}", shown


async def test_a_stranger_sees_a_photo_only_while_its_release_stands(intake: Intake) -> None:
    path, public, photo = await two_photos(intake)
    assert links(await intake.http.get(public)) == []
    assert OPEN not in (await intake.http.get(path)).text

    await put(intake, ticket_of(path), released(photo))
    page = await intake.http.get(public)
    given = links(page)
    assert len(given) == 2, "the photo and its thumbnail, and not the other photo"
    assert all(one.startswith(f"/v1/media/{photo['id']}") for one in given)
    assert "Hanya jalan" not in page.text
    assert await codes(intake, given) == [200, 200]
    answer = await intake.http.get(given[0])
    assert answer.headers["cache-control"] == "no-store"
    assert (await intake.http.get(path)).text.count(OPEN) == 1
    other = given[0].replace(photo["id"], "0195a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b")
    assert (await intake.http.get(other)).status_code == 403

    await put(intake, ticket_of(path), released(photo, public=False))
    assert links(await intake.http.get(public)) == []
    assert await codes(intake, given) == [404, 404]
    own = await intake.http.get(path)
    assert OPEN not in own.text
    assert await codes(intake, links(own)) == [200] * 4


async def test_a_protection_and_an_erasure_end_a_release_at_once(intake: Intake) -> None:
    path, public, photo = await two_photos(intake)
    await put(intake, ticket_of(path), released(photo))
    given = links(await intake.http.get(public))
    change = "UPDATE state SET data = jsonb_set(data, '{rahasia}', $1::jsonb) WHERE data ->> 'ticket' = $2"
    for rahasia, code in (("true", 404), ("false", 200)):
        await intake.rows(change, rahasia, ticket_of(path))
        assert await codes(intake, given) == [code, code]
        assert bool(links(await intake.http.get(public))) == (code == 200)
    await erase_complaint(RunningIntake(intake.live, intake.settings), ticket_of(path), "permintaan pelapor")
    assert await codes(intake, given) == [404, 404]
    assert links(await intake.http.get(public)) == []


@pytest.mark.browser
async def test_a_strangers_open_page_shows_and_drops_a_photo_by_itself(intake: Intake, browser: Browser) -> None:
    path, public, photo = await two_photos(intake)
    async with serving(intake.app) as address, looking(intake), window(browser, PHONE) as page:
        await page.goto(address + public)
        shown = page.locator("[data-part=berkas] img")
        await expect(shown).to_have_count(0)
        await put(intake, ticket_of(path), released(photo))
        await expect(shown).to_have_count(1)
        await page.reload()
        await shown.scroll_into_view_if_needed()
        await page.wait_for_function("document.querySelector('[data-part=berkas] img').naturalWidth > 0")
        await check(page, picture("intake-public-photo"))
        await put(intake, ticket_of(path), released(photo, public=False))
        await expect(shown).to_have_count(0)
        await put(intake, ticket_of(path), released(photo))
        await page.goto(address + path)
        await expect(page.get_by_text(OPEN)).to_have_count(1)
        await check(page, picture("intake-public-photo-own"))
