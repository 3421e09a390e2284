"""People who signed in with an account. One service keeps the accounts, and the others ask it whose session a cookie is.

The answer is kept for a few seconds, so a page costs no call most of the time. An ended session stops working
everywhere within that time. While the keeper of the accounts cannot be reached, a known session works on for minutes.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request

from shared.errors import Unavailable
from shared.observability.logs import get_logger
from shared.web.keys import Key

ACCOUNT_COOKIE: Final = "tanggap_akun"
WHOSE_SESSION: Final = "/v1/session"
FRESH_S: Final = 5.0
KEPT_WHILE_AWAY_S: Final = 300.0
_ANSWER_LIMIT_S: Final = 2.0
_REMEMBERED: Final = 5_000
_LONGEST_COOKIE: Final = 200
log = get_logger()


class Person(BaseModel):
    """A person with an open session: the account's id, the name, the roles, and the code of the person's OPD."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    name: str
    roles: tuple[str, ...]
    opd: str | None = None

    def as_key(self, roles: tuple[str, ...]) -> Key | None:
        """Return the person as a caller in the first of ``roles`` that the person has, or None without any of them."""
        role = next((role for role in roles if role in self.roles), None)
        return Key(self.id, self.name, role, self.opd, person=True) if role is not None else None


class People(Protocol):
    """Finds the person of a request, and signs the person out."""

    async def find(self, request: Request) -> Person | None:
        """Return the person whose session the request carries, or None."""

    async def end(self, request: Request) -> None:
        """End the session that the request carries. Raise Unavailable when this cannot be done now."""


@dataclass(frozen=True, slots=True)
class _Known:
    person: Person | None
    at: float


def account_cookie(request: Request) -> str:
    """Return the cookie of an account's session, or an empty string for none or for one that cannot be ours."""
    cookie = request.cookies.get(ACCOUNT_COOKIE, "")
    return cookie if len(cookie) <= _LONGEST_COOKIE and cookie.isascii() and cookie.isprintable() else ""


@cache
def _certificates() -> ssl.SSLContext:
    """Return the certificates that we trust. To read them takes 28 ms of the loop, so they are read once."""
    return httpx.create_ssl_context(trust_env=False)


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(trust_env=False, timeout=_ANSWER_LIMIT_S, verify=_certificates())


def _with(cookie: str) -> dict[str, str]:
    return {"Cookie": f"{ACCOUNT_COOKIE}={cookie}"}


def _name_of(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


class AskedPeople:
    """The people of a service that does not keep the accounts. ``address`` is the base URL of the service that does."""

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address.rstrip("/") + WHOSE_SESSION
        self._clock = clock
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._asking: dict[bytes, asyncio.Future[_Known | None]] = {}

    async def find(self, request: Request) -> Person | None:
        """Return the person whose session the request carries, or None."""
        cookie = account_cookie(request)
        if not cookie:
            return None
        name = _name_of(cookie)
        known = self._known.get(name)
        if known is not None and self._clock() - known.at < FRESH_S:
            return known.person
        answer = await self._ask_once(name, cookie)
        if answer is None:
            return known.person if known is not None and self._clock() - known.at < KEPT_WHILE_AWAY_S else None
        return answer.person

    async def end(self, request: Request) -> None:
        """End the session where the accounts are kept. Raise Unavailable when they cannot be reached."""
        cookie = account_cookie(request)
        if not cookie:
            return
        try:
            async with _client() as client:
                answer = await client.delete(self._address, headers=_with(cookie))
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise Unavailable from error
        self._known.pop(_name_of(cookie), None)

    async def _ask_once(self, name: bytes, cookie: str) -> _Known | None:
        """Return the answer about a cookie. Requests of the same moment share one question."""
        asking = self._asking.get(name)
        if asking is not None:
            return await asyncio.shield(asking)
        asking = self._asking[name] = asyncio.ensure_future(self._ask(cookie))
        try:
            answer = await asyncio.shield(asking)
        finally:
            self._asking.pop(name, None)
        if answer is not None:
            self._known[name] = answer
            self._known.move_to_end(name)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return answer

    async def _ask(self, cookie: str) -> _Known | None:
        """Ask whose session it is. Return None when there is no answer to rely on."""
        try:
            async with _client() as client:
                answer = await client.get(self._address, headers=_with(cookie))
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                return _Known(None, self._clock())
            answer.raise_for_status()
            return _Known(Person.model_validate_json(answer.content), self._clock())
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("accounts.no_answer", error=type(error).__name__)
            return None


class NoPeople:
    """The people of a service whose pages take keys only, because no address of accounts is set."""

    async def find(self, _request: Request) -> Person | None:
        """Return None: there are no accounts."""
        return None

    async def end(self, _request: Request) -> None:
        """Do nothing: nobody is signed in."""


def people_of(address: str) -> People:
    """Return the people behind the base URL of the accounts; nobody for an empty one."""
    return AskedPeople(address) if address else NoPeople()
