"""People with accounts: made by the command line, they set a password and a second factor, and sign in."""

import re
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import pyotp

from deploy.local.demo.scenes.browser import Browser, NotOnPage

PASSWORD = "perahu kayu ulin senja 47"  # noqa: S105  (an invented person's, of a system that lives two minutes)
STEP_S = 30
Command = Callable[..., Awaitable[str]]


class Officer:
    """One person with an account, at the router's pages. `join` must have ended before anything else."""

    def __init__(self, url: str, email: str, name: str, role: str, opd: str | None = None) -> None:
        self._url, self._email, self._name, self._role, self._opd = url, email, name, role, opd
        self.browser = Browser(url)
        # What the person saw where a password alone was given.
        self.half = ""

    async def close(self) -> None:
        """Close the browser."""
        await self.browser.close()

    async def join(self, command: Command) -> None:
        """Get an account, set it up in one browser, and sign in with password and code in another."""
        of_opd = ("--opd", self._opd) if self._opd else ()
        words = ("add", self._email, "--name", self._name, "--role", self._role, *of_opd)
        link = urlsplit((await command("services.router", "accounts", *words)).strip()).path
        async with Browser(self._url) as first:
            await first.open(link)
            await first.send(first.form(link), {"sandi": PASSWORD, "ulang": PASSWORD})
            await self._give_password(first)
            app = pyotp.TOTP(_secret(first.text))
            # The app's codes follow wall time. Each works once, so the next sign-in needs that of the next half minute.
            step = int(time.time()) // STEP_S
            await first.send(first.form("/akun/pasang"), {"kode": app.at(step * STEP_S)})
        await self._give_password(self.browser)
        await self.browser.open("/opd" if self._opd else "/triase")
        self.half = self.browser.path
        await self._give_password(self.browser)
        await self.browser.send(self.browser.form("/akun/kode"), {"kode": app.at((step + 1) * STEP_S)})

    async def _give_password(self, browser: Browser) -> None:
        await browser.open("/akun/masuk")
        await browser.send(browser.form("/akun/masuk"), {"surel": self._email, "sandi": PASSWORD})


def _secret(page: str) -> str:
    """Return the secret that the page shows for an app that cannot read the picture."""
    found = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    if found is None:
        raise NotOnPage("the page shows no secret for the app")
    return found[1]
