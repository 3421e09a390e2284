"""Log-out, expiry and revoked keys end a session on the server, for every copy of its cookie."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from shared.web.keys import Keys
from shared.web.sessions import COOKIE
from tests.support.doors import Door, Doors

PAGES = {"router": "/triase", "sla": "/tenggat"}


@pytest.fixture(params=sorted(PAGES))
def door(request: pytest.FixtureRequest, doors: dict[str, Door]) -> Door:
    return doors[request.param]


@pytest.fixture
def http(door: Door) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=door.address, trust_env=False) as client:
        yield client


def token(page: httpx.Response) -> str:
    return str(re.findall(r'name="csrf" value="([^"]*)"', page.text)[0])


def login(http: httpx.Client, key: str) -> str:
    """Log in; gives the cookie."""
    answer = http.post("/masuk", data={"csrf": token(http.get("/masuk")), "kunci": key})
    assert answer.status_code == 303
    return str(answer.cookies[COOKIE])


def logged_in(door: Door, cookie: str) -> bool:
    """Whether this cookie alone opens the service's page."""
    answer = httpx.get(door.address + PAGES[door.name], headers={"Cookie": f"{COOKIE}={cookie}"}, trust_env=False)
    assert answer.status_code in (200, 303)
    return answer.status_code == 200


def test_log_out_ends_every_copy_of_the_cookie(door: Door, http: httpx.Client) -> None:
    cookie = login(http, door.keys["koordinator"])
    assert logged_in(door, cookie)
    http.post("/keluar", data={"csrf": token(http.get(PAGES[door.name]))})
    assert not logged_in(door, cookie)
    assert http.get(PAGES[door.name]).status_code == 303


def test_another_session_of_the_same_key_goes_on(door: Door, http: httpx.Client) -> None:
    first = login(http, door.keys["koordinator"])
    with httpx.Client(base_url=door.address, trust_env=False) as elsewhere:
        second = login(elsewhere, door.keys["koordinator"])
        elsewhere.post("/keluar", data={"csrf": token(elsewhere.get(PAGES[door.name]))})
    assert (logged_in(door, first), logged_in(door, second)) == (True, False)


def test_to_log_in_again_makes_a_new_session_and_ends_the_old(door: Door, http: httpx.Client) -> None:
    first = login(http, door.keys["koordinator"])
    second = login(http, door.keys["koordinator"])
    assert first != second
    assert (logged_in(door, first), logged_in(door, second)) == (False, True)


def test_a_cookie_that_a_stranger_planted_is_not_taken_over(door: Door, http: httpx.Client) -> None:
    http.cookies.set(COOKIE, "ditanam-orang-lain")
    assert login(http, door.keys["koordinator"]) != "ditanam-orang-lain"
    assert not logged_in(door, "ditanam-orang-lain")


def test_a_revoked_key_ends_its_sessions(door: Door, http: httpx.Client, doors_loop: Doors) -> None:
    keys = Keys(door.live.pool)
    key = doors_loop.run(keys.create(owner="Uji", role="koordinator", opd=None))
    cookie = login(http, key)
    assert logged_in(door, cookie)
    assert doors_loop.run(keys.revoke(key.split("_")[1]))
    assert not logged_in(door, cookie)


def test_an_expired_session_ends_and_its_row_goes(door: Door, http: httpx.Client, doors_loop: Doors) -> None:
    cookie = login(http, door.keys["koordinator"])
    pool = door.live.pool
    doors_loop.run(pool.execute("UPDATE sessions SET expires_at = now() - interval '1 second'"))
    assert not logged_in(door, cookie)
    login(http, door.keys["koordinator"])
    assert doors_loop.run(pool.fetchval("SELECT count(*) FROM sessions WHERE expires_at <= now()")) == 0


def test_the_database_holds_no_cookie(door: Door, http: httpx.Client, doors_loop: Doors) -> None:
    cookie = login(http, door.keys["koordinator"])
    rows = doors_loop.run(door.live.pool.fetch("SELECT hash, prefix FROM sessions"))
    assert len(rows) >= 1
    assert all(cookie.encode() not in row["hash"] and len(row["hash"]) == 32 for row in rows)
