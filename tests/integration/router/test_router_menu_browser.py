"""The menu of the desks and their filled button in a real Chromium: what takes no room, and what is likeliest."""

import pytest
from playwright.async_api import Browser

from tests.integration.router.test_router_pages_browser import WAITING, clean, desk, enter, opened
from tests.support.browser import DESK, PHONE, window
from tests.support.router_world import RouterWorld

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "most"), [(PHONE, 165), (DESK, 70)])
async def test_the_menu_leaves_the_page_its_room(
    router_world: RouterWorld, browser: Browser, width: int, most: int
) -> None:
    async with desk(router_world) as (live, _, address), window(browser, width, scripts=False) as page:
        await enter(page, live, f"{address}/triase")
        assert (await page.locator("header.top").bounding_box() or {"height": 999})["height"] <= most
        await page.get_by_text("Lainnya").click()
        await clean(page, f"menu-{width}")
        await page.get_by_role("link", name="Telepon").click()
        assert await page.locator("nav [aria-current]").inner_text() == "Telepon"
        assert (await page.locator("header.top").bounding_box() or {"height": 999})["height"] <= most


async def test_the_likeliest_decision_is_the_filled_button(router_world: RouterWorld, browser: Browser) -> None:
    async with desk(router_world) as (live, intake, address), window(browser, DESK) as page:
        await opened(router_world, intake, WAITING)
        await enter(page, live, f"{address}/triase/{WAITING}")
        shares = [
            int(words.split("%")[0].split()[-1]) for words in await page.locator(".choose .quiet").all_inner_texts()
        ]
        assert shares == sorted(shares, reverse=True)
        filled = page.locator(".choose button:not(.plain), .choose .button:not(.plain)")
        assert await filled.all_inner_texts() == [await page.locator("[data-key='1 a']").inner_text()]
