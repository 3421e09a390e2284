"""A real Chromium for the pages, in the width of a phone or a desktop, with or without scripts, and with axe checks."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from starlette.types import ASGIApp

from deploy.local.process import free_port
from shared.web.server import WebServer

PHONE, DESK = 360, 1280
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
]


def chromium() -> str | None:
    """Return the path of the machine's Chromium. Return None if there is none and Playwright must use its own."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Yield a headless Chromium."""
    async with async_playwright() as playwright:
        own = await playwright.chromium.launch(executable_path=chromium(), args=_QUIET)
        yield own
        await own.close()


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int | None = None) -> AsyncIterator[str]:
    """Serve the application on this port, or on a free one, and yield its address."""
    port = port or free_port()
    server = WebServer(app, "127.0.0.1", port)
    task = asyncio.create_task(server.run())
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=8)) as http:
        await http.get(f"http://127.0.0.1:{port}/robots.txt")
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await task


async def enter_with_key(page: Page, address: str, wanted: str, key: str) -> None:
    """Type the key into the login of the service at this address. The wanted page follows."""
    await page.goto(f"{address}/masuk?tujuan={quote(wanted)}")
    await page.get_by_label("Kunci Anda").fill(key)
    await page.get_by_role("button", name="Masuk", exact=True).click()


@contextlib.asynccontextmanager
async def window(browser: Browser, width: int, *, scripts: bool = True, dark: bool = False) -> AsyncIterator[Page]:
    """Yield a page of this width. A request to another host or a violation of the CSP fails the test."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": width, "height": 780}, java_script_enabled=scripts, color_scheme="dark" if dark else "light"
    )
    page = await context.new_page()
    page.set_default_timeout(8000)
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: (
            foreign.append(request.url) if "//127.0.0.1" not in request.url and "data:" not in request.url else None
        ),
    )
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    try:
        yield page
    finally:
        await context.close()
    assert foreign == [], f"requests to other hosts: {foreign}"
    assert [line for line in complaints if "Content Security Policy" in line] == [], complaints


async def check(page: Page, picture: Path | None = None) -> None:
    """Assert that axe finds nothing, nothing scrolls sideways, and every control is large enough for a thumb."""
    # A page that a click has led to may still be without its style.
    await page.wait_for_load_state()
    found = await Axe().run(
        page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    )
    told = [
        f"{entry['id']}: {[node['html'][:120] for node in entry['nodes']]}" for entry in found.response["violations"]
    ]
    assert told == [], "\n".join(told)
    sideways: Any = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0
    small: Any = await page.evaluate(
        "[...document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea, summary, .choice')]"
        ".filter(e => e.offsetParent && !e.closest('.extra') && !(e.tagName === 'INPUT' && e.closest('.choice')))"
        ".filter(e => e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
    if picture is not None:
        await page.screenshot(path=str(picture), full_page=True)


async def focused(page: Page) -> str:
    """The name of what the keyboard is at."""
    name: Any = await page.evaluate("(e => (e.labels?.[0] ?? e).innerText)(document.activeElement)")
    return str(name).strip()


async def tab_to(page: Page, name: str, at_most: int = 30) -> None:
    """Press Tab until something of this name is reached."""
    for _ in range(at_most):
        await page.keyboard.press("Tab")
        if await focused(page) == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")
