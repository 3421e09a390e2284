"""The site of the accounts: its pages, and the session that they need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request

from services.router.accounts.model import ACCOUNT_ROLES
from services.router.accounts.provider import Provider
from services.router.accounts.sessions import Session
from services.router.actions.accounts import AccountDesk
from shared.buckets import Buckets
from shared.errors import Forbidden
from shared.runtime.running import Running
from shared.web.limits import address_block
from shared.web.pages import Pages, Site
from shared.web.sessions import LoginNeeded

ACCOUNTS: Final = Site("akun Tanggap", menu=(("/akun", "Akun saya"),), roles=tuple(ACCOUNT_ROLES))


# The desk of each role, in the order in which a person with several roles gets one.
_DESKS: Final = {
    "koordinator": ("/triase", "Meja triase"),
    "arbiter": ("/triase?meja=arbiter", "Meja arbiter"),
    "officer": ("/opd", "Meja OPD"),
    "head": ("/opd", "Meja OPD"),
    "supervisor": ("/keberatan", "Meja pengawas"),
    "administrator": ("/akun/daftar", "Akun petugas"),
}
# The desks that a role has beside its own.
_BESIDE: Final = {
    "arbiter": ("/keberatan", "Meja pengawas"),
    "administrator": ("/daftar/opd", "Daftar OPD dan topik"),
}
# The roles whose people read the pages of the deadline service.
_READERS: Final = frozenset({"koordinator", "supervisor", "head", "reader"})


def home_of(roles: Collection[str]) -> str:
    """Return the address of the first desk of these roles, or of the account's own page."""
    return next((address for role, (address, _) in _DESKS.items() if role in roles), ACCOUNTS.home)


def desks_of(roles: Collection[str], deadlines: str) -> list[tuple[str, str]]:
    """Return address and words of every desk of these roles. ``deadlines``: the address of the deadline service."""
    own = dict.fromkeys(desk for desks in (_DESKS, _BESIDE) for role, desk in desks.items() if role in roles)
    theirs = [(f"{deadlines}/tenggat", "Tenggat"), (f"{deadlines}/angka", "Angka")]
    return [*own, *(theirs if _READERS & set(roles) else ())]


@dataclass(frozen=True, slots=True)
class AccountSite:
    """The parts that all pages of accounts share."""

    running: Running[Any]
    desk: AccountDesk
    pages: Pages
    oidc: Provider | None = None
    deadlines: str = ""
    # A forgotten password costs a mail: five at once, then one a minute, per address block.
    forgotten: Buckets = field(default_factory=lambda: Buckets(1 / 60, 5))

    def limit_forgot(self, address: str) -> None:
        """Count a request for a new password. Raise TooMany after too many from one address."""
        block = address_block(address)
        self.forgotten.check(block)
        self.forgotten.spend(block)

    async def need_session(self, request: Request) -> Session:
        """Return the whole session of the request. Raise LoginNeeded without one."""
        found = await self.desk.sessions.session(request)
        if found is None or not found.whole:
            raise LoginNeeded
        return found

    async def need_role(self, request: Request, role: str) -> Session:
        """Return the whole session of somebody with the role. Raise LoginNeeded or Forbidden."""
        found = await self.need_session(request)
        if role not in found.account.roles:
            raise Forbidden("this page is for another role", message="Halaman ini untuk peran lain.")
        return found
