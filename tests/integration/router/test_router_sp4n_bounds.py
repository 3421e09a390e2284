"""The bounds of the connection to SP4N, measured under a stepped clock with the pauses that are set by default."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.process import free_port
from services.router import store
from services.router.rules.commands import Resolve
from services.router.settings import RouterSettings
from services.router.sp4n.courier import LONGEST
from services.router.state import Case
from shared.runtime.running import Running
from tests.support.router_mirror import TABLE, connected, mirror, order, put_cases
from tests.support.router_mirror_clock import Stepped
from tests.support.router_world import RouterWorld
from tests.support.sp4n import Served, served
from tests.support.toys import until

THERE_WITHIN_S = 15 * 60
ANSWER_WITHIN_S = 5 * 60
HERE_WITHIN_S = 10 * 60
WAITING_CASES = 300
# The pauses of the settings. Only the rate is higher, so that a test has time for some hundred complaints.
DEFAULTS: dict[str, Any] = {
    name: RouterSettings.model_fields[name].default
    for name in ("sp4n_slots", "sp4n_settle_seconds", "sp4n_poll_seconds", "sp4n_try_seconds")
} | {"sp4n_rate": 100}
HANDLED = "SELECT count(*) FROM sp4n_mirror WHERE tracking_id IS NOT NULL OR (state = 'person' AND reason IS NOT NULL)"
UNREAD = "SELECT count(*) FROM sp4n_mirror WHERE state <> 'settled' OR poll_at < now() + interval '1 minute'"


@contextlib.asynccontextmanager
async def mirrored(world: RouterWorld, number: int) -> AsyncIterator[tuple[Running[Case], Served, list[UUID]]]:
    """Give complaints that stand in SP4N, and that have just been read there."""
    async with served() as stub, mirror(connected(world, stub, **DEFAULTS)) as live:
        keys = [key for key, _ in await put_cases(live, number)]

        async def read() -> bool:
            return not await live.pool.fetchval(UNREAD)

        await Stepped(live).until(read, THERE_WITHIN_S)
        yield live, stub, keys


async def case_of(live: Running[Case], key: UUID) -> Case:
    found = await store.find_case(live.pool, str(key))
    assert found is not None
    return found.case


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_after_an_outage_all_that_waited_is_there_or_has_a_named_reason_in_a_quarter_of_an_hour(
    router_world: RouterWorld, tmp_path: Path
) -> None:
    table = tmp_path / "table.toml"
    table.write_text(TABLE.read_text(encoding="utf-8").replace("aspiration = 4\n", ""), encoding="utf-8")
    port = free_port()
    away = Served(f"http://127.0.0.1:{port}", None)  # type: ignore[arg-type]
    async with mirror(connected(router_world, away, **DEFAULTS, sp4n_table=table)) as live:
        await put_cases(live, WAITING_CASES)
        await put_cases(live, 20, first=WAITING_CASES, class_hint="aspiration")

        async def each_was_tried() -> bool:
            return not await live.pool.fetchval("SELECT 1 FROM sp4n_mirror WHERE state = 'due' AND tries = 0 LIMIT 1")

        await until(each_was_tried, "each was tried", 120)
        # The worst moment of a long outage: each was tried just now, and waits the longest pause.
        await live.pool.execute(
            "UPDATE sp4n_mirror SET tries = 12, attempt_at = now() + $1 WHERE state = 'due'", LONGEST
        )
        async with served(port=port) as stub:

            async def all_handled() -> bool:
                return bool(await live.pool.fetchval(HANDLED) == WAITING_CASES + 20)

            passed = await Stepped(live).until(all_handled, THERE_WITHIN_S)
            reasons = await live.pool.fetch(
                "SELECT reason, count(*) AS n FROM sp4n_mirror WHERE state = 'person' GROUP BY 1"
            )
    print(f"{WAITING_CASES} complaints were in SP4N {passed:.0f} s after it was back")
    assert len(stub.sp4n.book.complaints) == WAITING_CASES
    assert [(row["reason"], row["n"]) for row in reasons] == [("unmapped_class", 20)]


@pytest.mark.slow
@pytest.mark.parametrize("traps", [(), ("cut",), ("error", "error", "cut")])
async def test_the_answer_of_an_opd_is_there_five_minutes_after_ours(
    router_world: RouterWorld, traps: tuple[str, ...]
) -> None:
    async with mirrored(router_world, 1) as (live, stub, [key]):
        await order(stub, traps=[{"call": "followup", "what": what} for what in traps])
        answer = Resolve(opd="disdikbud", answer="Guru kelas itu sudah kembali mengajar sejak Senin.")
        clock = Stepped(live)
        await live.do(answer, keys=(key,), actor="opd:disdikbud")
        [there] = stub.sp4n.book.complaints.values()

        async def is_there() -> bool:
            return len(there["followups"]) == 1

        passed = await clock.until(is_there, ANSWER_WITHIN_S)

        async def known_here() -> bool:
            return not (await case_of(live, key)).copies

        await clock.until(known_here, 2 * ANSWER_WITHIN_S)
    print(f"the answer was there after {passed:.0f} s, with {', '.join(traps) or 'no failure'}")
    assert len(there["followups"]) == 1


@pytest.mark.slow
async def test_what_people_do_in_sp4n_is_here_within_ten_minutes(router_world: RouterWorld) -> None:
    """The first reading gets no answer, so that it comes again."""
    async with mirrored(router_world, 60) as (live, stub, keys):
        clock = Stepped(live)
        for at, number in enumerate(stub.sp4n.book.complaints):
            what = ("TUTUP_PELAPOR", "TANGGAPAN", "KELENGKAPAN")[at % 3]
            stub.sp4n.book.follow(number, {"template_code": what, "content": "Sudah saya cek.", "from": "Pelapor"})
        await order(stub, traps=[{"call": "followups", "what": "error", "times": 10}])

        async def all_here() -> bool:
            return all([(await case_of(live, key)).sp4n_cursor is not None for key in keys])

        passed = await clock.until(all_here, HERE_WITHIN_S)
        states = {(await case_of(live, key)).state for key in keys}
    print(f"60 acts of others were here {passed:.0f} s after the last")
    assert states == {"archived", "assigned", "awaiting_citizen"}
