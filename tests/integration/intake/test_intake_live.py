"""The live streams of the tracking pages, over a real socket and the real Postgres."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from services.intake.api import live
from shared.events import cases
from tests.integration.intake.test_intake_pages import own_page, send, ticket_of
from tests.integration.intake.test_intake_webhook import put, resolved
from tests.support.browser import serving
from tests.support.infra import Database
from tests.support.intake import Intake, opened

PROGRESS = cases.Progressed(opd="dishub", public=True, text="Petugas memeriksa jaringan.")


@contextlib.asynccontextmanager
async def looking(intake: Intake) -> AsyncIterator[None]:
    """Run the loop that looks for changes, as the service does."""
    loop = next(loop for loop in intake.live.service.loops if loop.__name__ == "live")  # type: ignore[attr-defined]  # an App
    task = asyncio.create_task(loop(intake.live))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


class Stream:
    """A browser's event stream."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def line(self, begins: str, seconds: float = 8) -> str:
        """Return the next line that begins so."""

        async def found() -> str:
            async for line in self._lines:
                if line.startswith(begins):
                    return line
            return ""

        return await asyncio.wait_for(found(), seconds)

    async def event(self) -> str:
        """Return the id of the next event."""
        return (await self.line("id: ")).removeprefix("id: ")


@contextlib.asynccontextmanager
async def stream(address: str, path: str, **headers: str) -> AsyncIterator[Stream]:
    async with (
        httpx.AsyncClient(timeout=30) as http,
        http.stream("GET", address + path, headers=headers) as answer,
    ):
        yield Stream(answer)


async def shown(intake: Intake, path: str) -> tuple[str, str]:
    """The stream and the mark that a page names."""
    page = (await intake.http.get(path)).text
    [(address, mark)] = re.findall(r'data-live="([^"]+)" data-mark="([^"]+)"', page)
    return address, mark


async def test_a_change_made_elsewhere_is_told_to_both_pages(intake: Intake) -> None:
    path = await own_page(intake)
    async with serving(intake.app) as address, looking(intake):
        for page in (path, f"/aduan/{ticket_of(path)}"):
            watched, mark = await shown(intake, page)
            async with stream(address, f"{watched}?mark={mark}") as events:
                assert events.answer.headers["content-type"].startswith("text/event-stream")
                assert events.answer.headers["x-accel-buffering"] == "no"
                await events.line("retry: ")
                await put(intake, ticket_of(path), PROGRESS)
                assert await events.event() == (await shown(intake, page))[1]


async def test_a_change_during_a_break_is_told_at_once(intake: Intake) -> None:
    path = await own_page(intake)
    watched, mark = await shown(intake, path)
    await put(intake, ticket_of(path), PROGRESS)
    async with serving(intake.app) as address:
        async with stream(address, f"{watched}?mark={mark}") as events:
            told = await events.event()
        async with stream(address, f"{watched}?mark={mark}", **{"Last-Event-ID": told}) as events:
            with pytest.raises(TimeoutError):
                await events.line("id: ", 1.5)


async def test_a_strangers_stream_of_a_confidential_complaint_tells_nothing_but_its_state(intake: Intake) -> None:
    path = (await send(intake, rahasia="ya")).headers["location"].removesuffix("/bukti")
    watched, mark = await shown(intake, f"/aduan/{ticket_of(path)}")
    async with (
        serving(intake.app) as address,
        looking(intake),
        stream(address, f"{watched}?mark={mark}") as events,
    ):
        await put(intake, ticket_of(path), cases.Reclassified(class_="oversight", priority="urgent", reason="Rahasia."))
        told = asyncio.create_task(events.event())
        await asyncio.sleep(2.5)
        assert not told.done()
        await put(intake, ticket_of(path), *resolved())
        assert await told == (await shown(intake, f"/aduan/{ticket_of(path)}"))[1]


async def test_a_wrong_link_has_no_stream(intake: Intake) -> None:
    path = await own_page(intake)
    wrong = path.replace("/aduan/", "/kabar/")[:-4] + "0000"
    answers = [await intake.http.get(one) for one in (wrong, "/kabar/KT-0000-0000-1")]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_a_question_for_the_head_alone_holds_no_stream_open(intake: Intake) -> None:
    watched, _ = await shown(intake, await own_page(intake))
    answer = await asyncio.wait_for(intake.http.head(watched), 2)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert intake.live.meters.registry.get_sample_value("tanggap_live_streams") == 0


async def test_a_silent_stream_says_something_before_the_proxy_gives_up(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert live.HEARTBEAT_S <= 30
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.1)
    watched, mark = await shown(intake, await own_page(intake))
    async with serving(intake.app) as address, stream(address, f"{watched}?mark={mark}") as events:
        assert await events.line(":") == ": "


async def test_a_stream_ends_after_its_time_and_gives_its_place_back(
    intake_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LASTS_S", 0.2)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.1)
    async with opened(intake_database, live_streams=1) as intake, serving(intake.app) as address:
        watched, mark = await shown(intake, await own_page(intake))
        for _ in range(3):
            async with stream(address, f"{watched}?mark={mark}") as events:
                assert events.answer.status_code == 200
                assert await events.line("never", 5) == ""


async def test_streams_beyond_the_bound_are_refused_and_the_page_still_opens(intake_database: Database) -> None:
    async with opened(intake_database, live_streams=2, connections=10) as intake, serving(intake.app) as address:
        path = await own_page(intake)
        watched, _ = await shown(intake, path)
        async with contextlib.AsyncExitStack() as stack:
            opened_streams = [await stack.enter_async_context(stream(address, watched)) for _ in range(3)]
            statuses = [one.answer.status_code for one in opened_streams]
            assert statuses == [200, 200, 429]
            assert opened_streams[2].answer.headers["retry-after"] == "60"
            async with httpx.AsyncClient() as http:
                assert (await http.get(address + path)).status_code == 200
        await asyncio.sleep(0.3)
        async with stream(address, watched) as again:
            assert again.answer.status_code == 200


async def commits(database: Database) -> int:
    """The transactions that the database has committed."""
    connection = await asyncpg.connect(database.admin_dsn)
    try:
        sql = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()


async def test_two_hundred_idle_streams_cost_no_statement_each(intake_database: Database) -> None:
    many: dict[str, Any] = {"live_streams": 300, "live_streams_per_address": 300}
    async with opened(intake_database, **many) as intake, serving(intake.app) as address, looking(intake):
        pages = [await shown(intake, await own_page(intake)) for _ in range(5)]
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(timeout=30, limits=limits) as http, contextlib.AsyncExitStack() as stack:
            for number in range(200):
                watched, mark = pages[number % 5]
                answer = await stack.enter_async_context(http.stream("GET", f"{address}{watched}?mark={mark}"))
                assert answer.status_code == 200
            await asyncio.sleep(2)
            before, seconds = await commits(intake_database), 6
            await asyncio.sleep(seconds)
            spent = await commits(intake_database) - before
    assert 2 <= spent <= 4 * seconds


async def test_a_stopping_service_ends_its_streams_at_once(intake: Intake) -> None:
    watched, mark = await shown(intake, await own_page(intake))
    async with contextlib.AsyncExitStack() as stack:
        address = await stack.enter_async_context(serving(intake.app))
        async with looking(intake):
            events = await stack.enter_async_context(stream(address, f"{watched}?mark={mark}"))
            await events.line("retry: ")
        began = time.monotonic()
        assert await events.line("never", 3) == ""
    assert time.monotonic() - began < 3


async def test_a_stream_is_measured_until_it_begins(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_S", 0.8)
    monkeypatch.setattr(live, "HEARTBEAT_S", 0.4)
    watched, mark = await shown(intake, await own_page(intake))
    async with serving(intake.app) as address, stream(address, f"{watched}?mark={mark}") as events:
        await events.line("never", 5)
    await asyncio.sleep(0.1)
    labels = {"method": "GET", "route": "/kabar/{ticket}/{secret}", "status": "200"}
    took = intake.live.meters.registry.get_sample_value("tanggap_http_duration_seconds_sum", labels)
    assert took is not None
    assert took < 0.6
