"""Heads of OPDs and supervisors at the deadline desk: a head sees the cases of the own OPD alone."""

import httpx
import pytest

from shared.ids import new_id
from shared.web.people import ACCOUNT_COOKIE
from tests.support.doors import Door, Doors
from tests.support.people import cookie_of, hire, sign_in


async def session(doors: Doors, *roles: str, opd: str | None = None) -> dict[str, str]:
    """Sign somebody in, and return the cookie."""
    router = doors.doors["router"]
    worker = doors.run(hire(router.live, *roles, opd=opd, email=f"{new_id().hex}@contoh.example"))
    async with httpx.AsyncClient(base_url=router.address, trust_env=False) as http:
        await sign_in(http, worker)
        return {ACCOUNT_COOKIE: cookie_of(http)}


async def test_a_head_is_led_to_the_own_list_and_sees_no_other(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookies = await session(doors_loop, "head", opd="dishub")
    async with httpx.AsyncClient(base_url=doors["sla"].address, trust_env=False, cookies=cookies) as http:
        assert (await http.get("/tenggat")).headers["location"] == "/tenggat/opd/dishub"
        assert (await http.get("/tenggat/opd/dishub")).status_code == 200
        assert (await http.get("/tenggat/opd/dlh")).status_code == 404
        # The case is with the desk.
        assert (await http.get(f"/tenggat/{doors['sla'].ticket}")).status_code == 404
        assert "Tenggat terdekat" in (await http.get("/angka/opd/dishub")).text
        other = await http.get("/angka/opd/dlh")
        assert (other.status_code, "Tenggat terdekat" in other.text) == (200, False)
        assert (await http.get("/kalender/cabut/2026-04-09")).status_code == 403


@pytest.mark.parametrize("role", ["supervisor", "reader", "koordinator"])
async def test_the_others_see_every_owner(doors: dict[str, Door], doors_loop: Doors, role: str) -> None:
    cookies = await session(doors_loop, role)
    async with httpx.AsyncClient(base_url=doors["sla"].address, trust_env=False, cookies=cookies) as http:
        for path in ("/tenggat", "/tenggat/opd/dlh", f"/tenggat/{doors['sla'].ticket}"):
            assert (await http.get(path)).status_code == 200
        assert "Tenggat terdekat" in (await http.get("/angka/opd/dlh")).text


async def test_a_person_with_several_roles_acts_in_the_widest(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookies = await session(doors_loop, "koordinator", "reader", "head", opd="dishub")
    async with httpx.AsyncClient(base_url=doors["sla"].address, trust_env=False, cookies=cookies) as http:
        assert (await http.get("/tenggat")).status_code == 200
        assert "Periksa akibatnya" in (await http.get("/kalender")).text
