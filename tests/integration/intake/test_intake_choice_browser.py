"""The question what a complaint is about on the tracking page, in a real Chromium."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from services.intake.actions.asking import BETWEEN, ONE_OF, AskingShare
from services.intake.store import count_choices
from shared.events import cases
from shared.events.fact import OfferedChoice
from tests.integration.intake.test_intake_browser import picture
from tests.integration.intake.test_intake_live import looking
from tests.integration.intake.test_intake_pages import own_page, ticket_of
from tests.integration.intake.test_intake_webhook import put
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.infra import Database
from tests.support.intake import Intake, opened

SENTENCES = ("Sekolah PAUD, SD, atau SMP", "Sekolah SMA, SMK, atau SLB", "Madrasah atau pesantren")
TRIAGED = cases.Triaged(
    desk="triage",
    reasons=("Belum jelas jenjang sekolahnya.",),
    choices=tuple(OfferedChoice(topic="school", authority="centre", sentence=one) for one in SENTENCES),
)


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    """Yield an intake with a media store of its own."""
    async with opened(intake_database, media_folder=tmp_path) as running_intake:
        yield running_intake


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_the_question_appears_on_the_open_page_and_one_tap_answers_it(
    intake: Intake, browser: Browser, width: int
) -> None:
    path = await own_page(intake)
    async with serving(intake.app) as address, looking(intake), window(browser, width) as page:
        await page.goto(address + path)
        await put(intake, ticket_of(path), TRIAGED)
        question = page.get_by_role("group", name="Mana yang paling sesuai dengan aduan Anda?")
        await expect(question.get_by_role("button")).to_have_count(4)
        await check(page, picture(f"choice-{width}"))
        await question.get_by_role("button", name=SENTENCES[1]).click()
        await expect(page.get_by_text("Pilihan Anda kami teruskan")).to_be_visible()
        await expect(question).to_have_count(0)
        await check(page, picture(f"choice-made-{width}"))
    [(_, chose)] = await intake.events("submission.citizen_chose")
    assert chose == {"topic": "school", "authority": "centre", "sentence": SENTENCES[1], "channel": "web"}


@pytest.mark.browser
async def test_the_question_needs_no_script_and_is_gone_once_somebody_decided(intake: Intake, browser: Browser) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), TRIAGED)
    async with serving(intake.app) as address, window(browser, PHONE, scripts=False) as page:
        await page.goto(address + path)
        await expect(page.get_by_role("button", name="Bukan ini")).to_be_visible()
        await put(
            intake, ticket_of(path), cases.Referred(authority="centre", to="BPN", reason="Urusan BPN.", next_step="x")
        )
        await page.reload()
        await expect(page.get_by_role("button", name="Bukan ini")).to_have_count(0)


async def test_the_log_tells_how_many_were_asked_and_the_bound_opens_with_enough_complaints(intake: Intake) -> None:
    share = AskingShare()
    for _ in range(ONE_OF):
        await own_page(intake)
    counted = await count_choices(intake.live.pool)
    assert (counted.filed, counted.asked, counted.chosen) == (ONE_OF, 0, 0)
    share.counted(counted.filed, counted.asked)
    assert not share.open
    share.counted(BETWEEN * ONE_OF, 0)
    assert share.open
