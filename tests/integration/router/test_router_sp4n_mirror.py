"""Each entry arrives in SP4N once, on the real Postgres, whatever the other side or our own process does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.router import store
from services.router.rules.commands import Ask, Close, Resolve
from services.router.sp4n.client import Sp4n
from services.router.sp4n.comparing import compare
from services.router.state import Case
from shared.runtime.running import Running
from tests.support.router_mirror import connected, mirror, order, put_cases, settled
from tests.support.router_world import RouterWorld
from tests.support.sp4n import Served, served
from tests.support.toys import until

PRIVATE = "Nama saya Warga Contoh, NIK 6472000000000000, hp +62 800-0000-1234. Guru SMAN 5 tidak pernah masuk kelas."


@pytest.fixture
async def stub() -> AsyncIterator[Served]:
    async with served() as found:
        yield found


def tags(stub: Served) -> Counter[str]:
    return Counter(one["data"]["tags_raw"] for one in stub.sp4n.book.complaints.values())


async def test_a_complaint_its_answer_and_its_end_arrive_and_both_sides_agree(
    router_world: RouterWorld, stub: Served
) -> None:
    settings = connected(router_world, stub)
    async with mirror(settings) as live:
        [(key, _)] = await put_cases(live, 1, text=PRIVATE, rahasia=True, reporter_name="Warga Contoh")
        await live.do(
            Resolve(opd="disdikbud", answer="Guru kelas itu sudah kembali mengajar sejak Senin."),
            keys=(key,),
            actor="opd:disdikbud",
        )
        await live.do(Close(reason="selesai"), keys=(key,), actor="triage:uji")
        await settled(live)
        sp4n = Sp4n(settings)
        result = await compare(live, sp4n)
        await sp4n.aclose()
        found = await store.find_case(live.pool, str(key))
    [there] = stub.sp4n.book.complaints.values()
    assert found is not None
    assert found.case.in_sp4n is not None
    assert found.case.in_sp4n.id == str(there["data"]["id"])
    assert result.agrees
    assert result.here == {"closed disdikbud": 1}
    said = f"{there['data']['title']} {there['data']['content']} {there['followups']}"
    assert not any(word in said for word in ("6472000000000000", "0000-1234", "Warga Contoh"))
    assert there["data"]["is_secret"] == 1
    assert there["data"]["status"] == "Ditutup oleh Admin"


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_thousand_ambiguous_time_outs_make_no_double(router_world: RouterWorld, stub: Served) -> None:
    await order(stub, traps=[{"call": "create", "what": "hang", "times": 1000}], hang_s=4)
    async with mirror(connected(router_world, stub, sp4n_slots=128, sp4n_try_seconds=3, sp4n_poll_seconds=600)) as live:
        await put_cases(live, 1000)
        await settled(live, 500)
    assert len(tags(stub)) == 1000
    assert set(tags(stub).values()) == {1}
    assert stub.sp4n.traps.happened["hang"] == 1000


@pytest.mark.parametrize("trap", ["cut", "error_kept", "no_id_kept", "drop", "error", "no_id", "throttle", "late"])
async def test_each_trap_of_the_other_side_ends_in_one_complaint(
    router_world: RouterWorld, stub: Served, trap: str
) -> None:
    await order(stub, traps=[{"call": "create", "what": trap, "times": 3}], hang_s=2, late_s=1.7)
    async with mirror(connected(router_world, stub)) as live:
        await put_cases(live, 5)
        await settled(live, 60)
    assert set(tags(stub).values()) == {1}
    assert len(tags(stub)) == 5


async def test_a_process_that_died_after_the_sending_is_no_second_complaint(
    router_world: RouterWorld, stub: Served
) -> None:
    settings = connected(router_world, stub)
    async with mirror(settings) as live:
        died = asyncio.Event()

        def die(at: str) -> None:
            if at == "after_effect" and not died.is_set():
                died.set()
                raise RuntimeError("killed")

        live.fault = die
        await put_cases(live, 1)
        await asyncio.wait_for(died.wait(), 20)
        await live.pool.execute("UPDATE sp4n_mirror SET leased_until = now()")
        await settled(live)
    assert list(tags(stub).values()) == [1]


async def test_follow_ups_that_got_no_answer_are_said_once(router_world: RouterWorld, stub: Served) -> None:
    await order(stub, traps=[{"call": "followup", "what": "cut", "times": 2}])
    async with mirror(connected(router_world, stub)) as live:
        [(key, _)] = await put_cases(live, 1)
        await live.do(Ask(opd="disdikbud", question="Kelas berapa?"), keys=(key,), actor="opd:disdikbud")
        await settled(live)
    [there] = stub.sp4n.book.complaints.values()
    assert len(there["followups"]) == 1
    assert there["data"]["status"] == "Menunggu Kelengkapan Informasi"


@pytest.mark.parametrize(("sending", "look_up"), [("create", "search"), ("followup", "followups")])
async def test_a_look_up_whose_answer_holds_no_list_is_no_proof_that_nothing_arrived(
    router_world: RouterWorld, stub: Served, sending: str, look_up: str
) -> None:
    await order(stub, traps=[{"call": sending, "what": "cut"}, {"call": look_up, "what": "no_id", "times": 2}])
    async with mirror(connected(router_world, stub, sp4n_poll_seconds=600)) as live:
        [(key, _)] = await put_cases(live, 1)
        await live.do(Ask(opd="disdikbud", question="Kelas berapa?"), keys=(key,), actor="opd:disdikbud")
        await settled(live)
    [there] = stub.sp4n.book.complaints.values()
    assert len(there["followups"]) == 1
    assert stub.sp4n.traps.happened["no_id"] == 2


async def test_without_a_way_to_look_up_an_ambiguous_sending_goes_before_a_person(
    router_world: RouterWorld, stub: Served
) -> None:
    await order(stub, traps=[{"call": "create", "what": "cut"}])
    async with mirror(connected(router_world, stub, sp4n_search_path="")) as live:
        await put_cases(live, 1)

        async def with_a_person() -> bool:
            return bool(await live.pool.fetchval("SELECT 1 FROM sp4n_mirror WHERE state = 'person'"))

        await until(with_a_person, "a person has it")
        assert await live.pool.fetchval("SELECT reason FROM sp4n_mirror") == "unsure"
    assert len(stub.sp4n.book.complaints) == 1


async def test_what_people_do_in_sp4n_comes_here_and_our_own_echo_does_not(
    router_world: RouterWorld, stub: Served
) -> None:
    async with mirror(connected(router_world, stub, sp4n_poll_seconds=0.3)) as live:
        [(key, _)] = await put_cases(live, 1)
        await live.do(Ask(opd="disdikbud", question="Kelas berapa?"), keys=(key,), actor="opd:disdikbud")
        await settled(live)
        [number] = stub.sp4n.book.complaints

        async def read_there() -> bool:
            return (await _case(live, key)).sp4n_cursor is not None

        await until(read_there, "our own follow-up was read there")
        case = await _case(live, key)
        assert (case.state, case.asked_in) == ("awaiting_citizen", None)
        stub.sp4n.book.follow(
            number, {"template_code": "TANGGAPAN", "content": "Kelas X-3, hp +62 800-0000-4321", "from": "Pelapor"}
        )

        async def went_on() -> bool:
            return (await _case(live, key)).state == "assigned"

        async def noted() -> list[Any]:
            return [one.data for one in await store.read_history(live.pool, key) if one.type == "case.noted"]

        await until(went_on, "the case goes on")
        notes = await until(noted, "the words of the follow-up are here")
    assert [(one["what"], one["why"]) for one in notes] == [("sp4n.followed_up", "Pelapor")]
    assert "4321" not in notes[0]["text"]


async def _case(live: Running[Case], key: Any) -> Case:
    found = await store.find_case(live.pool, str(key))
    assert found is not None
    return found.case
