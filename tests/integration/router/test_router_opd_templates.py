"""The templates of an OPD's answers: changed by its head, used by its officers, unknown to other OPDs."""

import re

from tests.integration.router.test_router_opd_desk import TICKET, act, at_the_desk, given
from tests.support.people import hidden, hire, sign_in
from tests.support.router_world import RouterWorld

TEXT = "Aduan {nomor}: lubang di {tempat} ditutup aspal oleh ___."
PATH = "/opd/templat"


async def test_a_head_keeps_templates_and_an_officer_answers_with_one(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world, "head") as (live, http):
        await given(live, place="Jl. Poros Loa Janan")
        csrf = hidden((await http.get(PATH)).text, "csrf")
        wrong = await http.post(PATH, data={"csrf": csrf, "nama": "Lubang jalan", "isi": "Aduan {ticket}."})
        assert (wrong.status_code, "{ticket} tidak dikenal" in wrong.text) == (422, True)
        assert (await http.post(PATH, data={"csrf": csrf, "nama": "Lubang jalan", "isi": TEXT})).status_code == 303
        page = (await http.get(PATH)).text
        found = re.search(r"ubah=([0-9a-f-]{36})", page)
        assert found
        better = {"csrf": csrf, "templat": found[1], "nama": "Lubang ditutup", "isi": TEXT}
        assert (await http.post(PATH, data=better)).status_code == 303
        assert "Lubang jalan" not in (await http.get(PATH)).text
        http.cookies.clear()
        await sign_in(http, await hire(live, "officer", opd="dishub", email="rina@contoh.example"))
        listed = (await http.get(PATH)).text
        assert ("Lubang ditutup" in listed, "Simpan templat" in listed) == (True, False)
        refused = await http.post(PATH, data={**better, "csrf": hidden(listed, "csrf")})
        assert refused.status_code == 403
        shown = (await http.get(f"/opd/{TICKET}?templat={found[1]}")).text
        filled = f"Aduan {TICKET}: lubang di Jl. Poros Loa Janan ditutup aspal oleh ___."
        assert filled in shown
        unfilled = await act(http, "jawab", hasil="explained", jawaban=filled)
        assert (unfilled.status_code, filled in unfilled.text) == (422, True)
        sent = await act(http, "jawab", hasil="explained", jawaban=filled.replace("___", "UPTD Samarinda"))
        assert sent.status_code == 303
        rows = await router_world.world.rows(
            "router", "SELECT name, to_at IS NULL AS in_force, actor FROM answer_templates ORDER BY version"
        )
        assert [(row["name"], row["in_force"]) for row in rows] == [("Lubang jalan", False), ("Lubang ditutup", True)]
        assert all(row["actor"].startswith("opd:dishub:") for row in rows)


async def test_the_templates_of_another_opd_are_neither_seen_nor_changed(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world, "head") as (live, http):
        csrf = hidden((await http.get(PATH)).text, "csrf")
        await http.post(PATH, data={"csrf": csrf, "nama": "Lubang jalan", "isi": TEXT})
        found = re.search(r"ubah=([0-9a-f-]{36})", (await http.get(PATH)).text)
        assert found
        http.cookies.clear()
        await sign_in(http, await hire(live, "head", opd="disdikbud", email="rina@contoh.example"))
        theirs = (await http.get(PATH)).text
        assert "Lubang jalan" not in theirs
        csrf = hidden(theirs, "csrf")
        gone = await http.post(PATH, data={"csrf": csrf, "templat": found[1], "tindakan": "hapus"})
        assert gone.status_code == 303
        rows = await router_world.world.rows("router", "SELECT opd FROM answer_templates WHERE to_at IS NULL")
        assert [row["opd"] for row in rows] == ["dishub"]


async def test_a_removed_template_is_offered_no_more(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world, "head") as (_, http):
        csrf = hidden((await http.get(PATH)).text, "csrf")
        await http.post(PATH, data={"csrf": csrf, "nama": "Lubang jalan", "isi": TEXT})
        found = re.search(r"ubah=([0-9a-f-]{36})", (await http.get(PATH)).text)
        assert found
        await http.post(PATH, data={"csrf": csrf, "templat": found[1], "tindakan": "hapus"})
        assert "Belum ada templat" in (await http.get(PATH)).text
