"""People with accounts, for tests: an account that is ready to sign in, and the way through the sign-in pages."""

import html
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pyotp

from services.router.accounts.model import check_account
from services.router.accounts.secrets import SecondFactors, new_codes
from services.router.actions.accounts import AccountDesk
from shared.runtime.running import Running
from shared.web.people import ACCOUNT_COOKIE

PASSWORD = "sungai kelapa merdu 88"


@dataclass
class Worker:
    """A person with an account: the address, the authenticator app, and the recovery codes.

    The app shows the code of the next half minute after it was used, as a person would wait for it.
    """

    id: UUID
    email: str
    secret: str
    codes: list[str]
    used: int = 0

    def code(self) -> str:
        """Return a code that was not used before."""
        now = int(datetime.now(UTC).timestamp()) // 30
        self.used = max(now - 1, self.used + 1)
        return pyotp.TOTP(self.secret).at(self.used * 30)


async def hire(
    live: Running[Any],
    *roles: str,
    opd: str | None = None,
    email: str = "petugas@contoh.example",
    name: str = "Sari Uji",
) -> Worker:
    """Make an account with a password and a second factor."""
    desk = AccountDesk(live)
    account = await desk.rows.add(check_account(email, name, roles, opd), "test")
    token = await desk.rows.make_link(account, "invitation", "test")
    await desk.set_password(token, PASSWORD)
    secret, codes = SecondFactors.new(), new_codes()
    await desk.rows.set_second(account, desk.second.seal(secret), 0, codes, "test")
    return Worker(account, email, secret, codes)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return html.unescape(found[1])


async def sign_in(
    http: httpx.AsyncClient, worker: Worker, password: str = PASSWORD, target: str = ""
) -> httpx.Response:
    """Type address, password and code. Return the answer to the last form."""
    page = await http.get("/akun/masuk", params={"tujuan": target} if target else None)
    typed = {"surel": worker.email, "sandi": password}
    answer = await http.post("/akun/masuk", data=_form(page.text, **typed))
    if answer.status_code != 303:
        return answer
    page = await http.get(answer.headers["location"])
    return await http.post("/akun/kode", data=_form(page.text, kode=worker.code()))


def _form(page: str, **typed: str) -> dict[str, str]:
    return {"csrf": hidden(page, "csrf"), "tujuan": hidden(page, "tujuan"), **typed}


def cookie_of(http: httpx.AsyncClient) -> str:
    """Return the session's cookie."""
    return str(http.cookies[ACCOUNT_COOKIE])
