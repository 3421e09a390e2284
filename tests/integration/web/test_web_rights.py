"""Every route and page of every service opens for its roles alone. A new route must be named here."""

from __future__ import annotations

import re
from collections.abc import Mapping
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

OPEN = frozenset({"open"})
SIGNED_IN = frozenset(ACCOUNT_ROLES)
DESK = frozenset({"koordinator", "arbiter"})
KOORDINATOR = frozenset({"koordinator"})
CASE_FILE = frozenset({"koordinator", "arbiter", "supervisor", "officer", "head"})
ABOVE = frozenset({"supervisor", "arbiter"})
OFFICER = frozenset({"officer"})
OPD = frozenset({"officer", "head"})
ADMINISTRATOR = frozenset({"administrator"})
ADAPTER = frozenset({"adapter"})
READERS = frozenset({"reader", "koordinator", "operator"})
WATCHERS = frozenset({"koordinator", "supervisor", "reader", "head"})
MESSAGES = frozenset({"operator", "koordinator"})

Rights = Mapping[str, frozenset[str]]
# The pages of people, by method and path. Whoever has no session is led to the sign-in.
PAGES: Mapping[str, Rights] = {
    "intake": {},
    "router": {
        "GET /": OPEN,
        "GET /masuk": OPEN,
        "POST /keluar": OPEN,
        "GET /akun/masuk": OPEN,
        "GET /akun/kode": OPEN,
        "GET /akun/pasang": OPEN,
        "GET /akun/lupa": OPEN,
        "GET /akun/tautan/{token}": OPEN,
        "GET /akun/penyedia": OPEN,
        "GET /akun/penyedia/kembali": OPEN,
        "GET /akun": SIGNED_IN,
        "POST /akun": SIGNED_IN,
        "GET /akun/daftar": ADMINISTRATOR,
        "POST /akun/daftar": ADMINISTRATOR,
        "GET /akun/daftar/{account:uuid}": ADMINISTRATOR,
        "POST /akun/daftar/{account:uuid}": ADMINISTRATOR,
        "GET /daftar/riwayat": ADMINISTRATOR,
        **dict.fromkeys(
            (
                f"{way}"
                for table in ("opd", "topik")
                for way in (
                    *(f"GET /daftar/{table}{path}" for path in ("", ".csv", "/{code}")),
                    *(f"POST /daftar/{table}/{act}" for act in ("periksa", "berkas", "berlakukan")),
                )
            ),
            ADMINISTRATOR,
        ),
        "GET /opd": OPD,
        "GET /opd/templat": OPD,
        "POST /opd/templat": frozenset({"head"}),
        "GET /opd/{case}": OPD,
        "POST /opd/{case}": OFFICER,
        "POST /opd/{case}/tim": OPD,
        "GET /opd/{case}/berkas/{file}": OPD,
        "GET /opd/{case}/berkas/{file}/{variant}": OPD,
        "GET /triase": DESK,
        "POST /triase/tampilan": DESK,
        "POST /triase/{case}/pegang": DESK,
        "GET /triase/{case}": DESK,
        "POST /triase/{case}": DESK,
        "GET /triase/{case}/lanjut": DESK,
        "POST /triase/{case}/batal": DESK,
        "GET /triase/{case}/berkas/{file}": DESK,
        "GET /triase/{case}/berkas/{file}/{variant}": DESK,
        "GET /keberatan": ABOVE,
        "GET /keberatan/{case}": ABOVE,
        "POST /keberatan/{case}": ABOVE,
        "GET /keberatan/{case}/berkas/{file}": ABOVE,
        "GET /keberatan/{case}/berkas/{file}/{variant}": ABOVE,
        **dict.fromkeys((f"GET /perkara/{{case}}{path}" for path in ("", "/unduh", "/berkas/{file}")), CASE_FILE),
        "GET /telepon": KOORDINATOR,
        "POST /telepon/{case}": KOORDINATOR,
        "GET /penerusan": DESK,
        "POST /penerusan": DESK,
        "GET /triase/{case}/surat": DESK,
        "GET /ditahan": DESK,
        "POST /ditahan/{case}": KOORDINATOR,
        "GET /bayangan": DESK,
        "GET /salin": DESK,
        "POST /salin": DESK,
        "POST /salin/{complaint}/terhapus": DESK,
        "POST /salin/{case}/{number}": DESK,
        "GET /sp4n": DESK,
        "POST /sp4n/{case}/{number}": KOORDINATOR,
    },
    "sla": {
        "GET /": OPEN,
        "GET /masuk": OPEN,
        "POST /keluar": OPEN,
        "GET /kalender": OPEN,
        "GET /kebijakan": OPEN,
        **dict.fromkeys(
            (f"GET /angka{path}" for base in ("", "/opd/{opd}") for path in (base, f"{base}.csv", f"{base}.xlsx")), OPEN
        ),
        "GET /angka/laporan/{month}": OPEN,
        "GET /angka/opd/{opd}/laporan/{month}": OPEN,
        # A head is told that a case of another OPD is not there.
        **dict.fromkeys(
            (f"GET /tenggat{path}" for path in ("", "/cari", "/opd/{opd}", "/{case}")),
            READERS | {"supervisor", "head"},
        ),
        "GET /kalender/cabut/{day}": KOORDINATOR,
        "POST /kalender/periksa": KOORDINATOR,
        "POST /kalender/berlakukan": KOORDINATOR,
        "POST /kebijakan/periksa": KOORDINATOR,
        "POST /kebijakan/berlakukan": KOORDINATOR,
    },
    "notifier": {},
}
# The routes of machines, which name a key. The routes of citizens are open: their link or ticket is the permission.
ROUTES: Mapping[str, Rights] = {
    "intake": {
        "POST /v1/submissions": ADAPTER,
        "GET /v1/similar": ADAPTER,
        "POST /v1/media": ADAPTER,
        "POST /v1/imports/laporan-ringkas": KOORDINATOR,
    },
    "router": {
        **dict.fromkeys(
            (
                f"POST /v1/cases/{{case}}/{act}"
                for act in ("accept", "decline", "progress", "put-off", "extend", "resolve", "contribute")
            ),
            OFFICER,
        ),
        **dict.fromkeys(
            (f"POST /v1/cases/{{case}}/{act}" for act in ("add-helper", "remove-helper")), OFFICER | KOORDINATOR
        ),
        "POST /v1/cases/{case}/request-info": OFFICER | DESK,
        **dict.fromkeys((f"POST /v1/cases/{{case}}/{act}" for act in ("assign", "take-back", "refer")), DESK),
        **dict.fromkeys(
            (
                f"POST /v1/cases/{{case}}/{act}"
                for act in (
                    "archive",
                    "release",
                    "release-file",
                    "close",
                    "called",
                    "reclassify",
                    "sp4n",
                    "merge",
                    "unmerge",
                )
            ),
            KOORDINATOR,
        ),
        "POST /v1/cases/{case}/handle-reply": DESK,
        **dict.fromkeys(
            (f"POST /v1/cases/{{case}}/{act}" for act in ("confirm-referral", "authority-letter", "authority-answer")),
            DESK,
        ),
        "GET /v1/referrals": DESK,
        "GET /v1/cases": OFFICER | DESK,
        "GET /v1/cases/{case}": OFFICER | DESK,
        "GET /v1/cases/{case}/files": OFFICER | DESK,
        "GET /v1/sp4n": DESK,
        "GET /v1/suspicions": KOORDINATOR,
    },
    "sla": {
        **dict.fromkeys(
            (
                f"GET /v1/{path}"
                for path in (
                    *("cases/{case}/clocks", "deadlines", "feeds", "rules/history"),
                    *("numbers", "numbers.csv", "numbers/citizens", "numbers/citizens.csv"),
                )
            ),
            READERS,
        ),
        "POST /v1/whatif": READERS,
        "PUT /v1/calendar": KOORDINATOR,
        "PUT /v1/policies": KOORDINATOR,
        "POST /v1/calendar/overrides": KOORDINATOR,
        "POST /v1/calendar/overrides/{day}/withdraw": KOORDINATOR,
        "POST /v1/recompute": KOORDINATOR,
    },
    "notifier": {
        **dict.fromkeys(
            (
                f"GET /v1/{path}"
                for path in (
                    *("messages", "waiting", "pending", "counts"),
                    *("channels/stopped", "templates/stopped", "addresses/stopped"),
                )
            ),
            MESSAGES,
        ),
        **dict.fromkeys(
            (
                f"POST /v1/{path}"
                for path in (
                    *("messages/{message}/retry", "messages/{message}/acknowledge", "messages/{message}/other-channel"),
                    *("channels/{channel}/resume", "templates/{name}/resume"),
                )
            ),
            MESSAGES,
        ),
    },
}
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
def test_every_route_is_named_here(doors: dict[str, Door], name: str) -> None:
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
