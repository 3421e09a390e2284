"""The page "Salin ke SP4N" without an account: an officer enters the Tracking ID, ticks off in bulk, and filters."""

from __future__ import annotations

import re

import httpx

from services.router.app import build
from services.router.rules.commands import Progress
from services.router.state import Case
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.support.router_mirror import put_cases
from tests.support.router_world import RouterWorld


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def logged_in(http: httpx.AsyncClient, live: Running[Case]) -> None:
    key = await Keys(live.pool).create(owner="uji", role="koordinator", opd=None)
    form = (await http.get("/masuk")).text
    await http.post("/masuk", data={"csrf": hidden(form, "csrf"), "kunci": key, "tujuan": "/triase"})


async def test_an_officer_brings_complaints_to_sp4n_by_hand(router_world: RouterWorld) -> None:
    async with running(build(router_world.settings(sp4n_mirror=True))) as live, router_world.http(live) as http:
        [(key, case), *_] = await put_cases(live, 3)
        await live.do(
            Progress(opd="disdikbud", text="Guru pengganti sedang dicari."), keys=(key,), actor="opd:disdikbud"
        )
        await logged_in(http, live)
        page = (await http.get("/salin")).text
        assert "Tanggap belum terhubung dengan akun SP4N-LAPOR!" in page
        assert f"[Tanggap {case.ticket} " in page
        csrf = hidden(page, "csrf")
        entry, news = case.copies[0].number, case.copies[0].number + 1
        refused = await http.post(f"/salin/{case.ticket}/{entry}", data={"csrf": csrf})
        assert (refused.status_code, "Isi Tracking ID" in refused.text) == (422, True)
        given = await http.post(f"/salin/{case.ticket}/{entry}", data={"csrf": csrf, "tracking": "9100001"})
        assert given.status_code == 303
        only = (await http.get("/salin?jenis=progress")).text
        assert ("Guru pengganti sedang dicari." in only, "Aduan baru <a" in only) == (True, False)
        assert "pengaduan/9100001" in only
        chosen = {f"pilih-{case.ticket}_{news}": str(news), "csrf": csrf, "jenis": "progress", "tindakan": "tandai"}
        done = await http.post("/salin", data=chosen)
        assert done.headers["location"] == "/salin?jenis=progress&selesai=1&gagal=0"
        assert "Tidak ada yang sesuai saringan." in (await http.get("/salin?jenis=progress")).text
        assert "Tidak ada yang sesuai saringan." in (await http.get("/salin?opd=dishub")).text
        none = await http.post("/salin", data={"csrf": csrf, "tindakan": "tandai"})
        assert none.status_code == 422
    assert await _rows(router_world) == {"settled": 1, "due": 2}


async def _rows(world: RouterWorld) -> dict[str, int]:
    rows = await world.world.rows("router", "SELECT state, count(*) AS number FROM sp4n_mirror GROUP BY state")
    return {row["state"]: row["number"] for row in rows}
