"""Every route and page of every service opens for its roles alone, as `tests/support/rights.py` names them."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from services.router.accounts.model import ACCOUNT_ROLES, OF_AN_OPD
from shared.ids import new_id
from shared.web.keys import Keys
from shared.web.people import ACCOUNT_COOKIE
from tests.support.doors import UNTOUCHED, Door, Doors
from tests.support.people import cookie_of, hidden, hire, sign_in
from tests.support.rights import OPEN, PAGES, ROUTES

# What stands at every door or is a citizen's, and needs no role.
_FREE = re.compile(
    r"/openapi\.json|/static/.*|/robots\.txt|/v1/\w+/webhook|/v1/complaints/.*|/v1/media/.*|/v1/session|/v1/calendar"
    r"|/v1/policies|/v1/figures|/v1/feeds/\{opd\}.*|/impor|/(kirim|wilayah|aduan|kabar|ikuti|bukti)(/.*)?|/"
)
MACHINES = ("adapter", "koordinator", "arbiter", "officer", "operator", "reader")
_VALUES = {
    "case": UNTOUCHED,
    "account:uuid": str(new_id()),
    "message": str(new_id()),
    "file": str(new_id()),
    "number": "1",
    "day": "2026-01-02",
    "opd": "dishub",
}


def filled(path: str) -> str:
    """Return the path with a value for each of its parameters."""
    return re.sub(r"\{([\w:]+)\}", lambda found: _VALUES.get(found[1], "x"), path)


def found(door: Door) -> set[tuple[str, bool]]:
    """Return method and path of each route, and whether it is one of the API."""
    return {
        (f"{method} {route.path}", isinstance(route, APIRoute))
        for route in door.app.routes
        if isinstance(route, Route)
        for method in (route.methods or ())
        if method != "HEAD"
    }


@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_route_is_named_with_its_roles(doors: dict[str, Door], name: str) -> None:
    named = PAGES[name].keys() | ROUTES[name].keys()
    unknown = {
        one
        for one, _ in found(doors[name])
        if one not in named
        and not _FREE.fullmatch(one.partition(" ")[2])
        and f"GET {one.partition(' ')[2]}" not in named
    }
    assert unknown == set()
    assert named <= {one for one, _ in found(doors[name])}


@pytest.fixture(scope="module")
def sessions(doors_loop: Doors) -> dict[str, str]:
    """Return the cookie of a person of each role."""
    door = doors_loop.doors["router"]

    async def enter(role: str) -> str:
        opd = "disdikbud" if role in OF_AN_OPD else None
        worker = await hire(door.live, role, opd=opd, email=f"hak-{role}@contoh.example")
        async with httpx.AsyncClient(base_url=door.address, trust_env=False) as http:
            assert (await sign_in(http, worker)).status_code == 303
            return cookie_of(http)

    return {role: doors_loop.run(enter(role)) for role in ACCOUNT_ROLES}


@pytest.mark.parametrize("name", ["router", "sla"])
@pytest.mark.parametrize("role", sorted(ACCOUNT_ROLES))
def test_every_page_opens_for_its_roles_alone(
    doors: dict[str, Door], sessions: dict[str, str], name: str, role: str
) -> None:
    wrong: dict[str, Any] = {}
    with httpx.Client(trust_env=False, headers={"Accept": "text/html"}) as http:
        http.cookies.set(ACCOUNT_COOKIE, sessions[role])
        csrf = hidden(http.get(f"{doors['router'].address}/akun").text, "csrf")
        for one, roles in PAGES[name].items():
            method, _, path = one.partition(" ")
            if roles is OPEN or path == "/keluar":
                continue
            answer = http.request(method, doors[name].address + filled(path), data=_form(method, csrf))
            # A case of another OPD is refused in the words of the rule, which no page of another role shows.
            opened = answer.status_code != 403 or "tidak sedang ditugaskan" in answer.text
            if opened != (role in roles) or answer.status_code >= 500:
                wrong[one] = answer.status_code
    assert wrong == {}


@pytest.mark.parametrize("name", ["router", "sla"])
def test_a_stranger_is_led_to_the_sign_in(doors: dict[str, Door], name: str) -> None:
    with httpx.Client(base_url=doors[name].address, trust_env=False, headers={"Accept": "text/html"}) as http:
        for one, roles in PAGES[name].items():
            method, _, path = one.partition(" ")
            if roles is OPEN or path == "/keluar":
                continue
            answer = http.request(method, filled(path), data=_form(method, "x"))
            assert answer.status_code in (303, 401, 403), one
            assert "Warga" not in answer.text, one


@pytest.mark.parametrize("name", sorted(ROUTES))
@pytest.mark.parametrize("role", MACHINES)
def test_every_route_takes_the_keys_of_its_roles_alone(
    doors: dict[str, Door], doors_loop: Doors, name: str, role: str
) -> None:
    door = doors[name]
    opd = "disdikbud" if role == "officer" else None
    key = doors_loop.run(Keys(door.live.pool).create(owner="hak", role=role, opd=opd))
    wrong: dict[str, Any] = {}
    with httpx.Client(base_url=door.address, trust_env=False, headers={"Authorization": f"Bearer {key}"}) as http:
        for one, roles in ROUTES[name].items():
            method, _, path = one.partition(" ")
            answer = http.request(method, filled(path), json=None if method == "GET" else {})
            code = answer.json().get("code") if answer.status_code == 403 else None
            opened = answer.status_code != 403 or code == "not_yours"
            if opened != (role in roles) or answer.status_code in (401, 500):
                wrong[one] = (answer.status_code, code)
    assert wrong == {}


def _form(method: str, csrf: str) -> dict[str, str] | None:
    return {"csrf": csrf} if method == "POST" else None
