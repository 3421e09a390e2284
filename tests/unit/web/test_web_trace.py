"""Every request belongs to a trace: the caller's where it names one, else a new one; log lines and the answer name it."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.process import free_port
from shared import trace

ROOT = Path(__file__).parents[3]
ID, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GIVEN = f"00-{ID}-{SPAN}-01"
SHAPE = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]")
BROKEN = [
    "",
    "x",
    GIVEN.upper(),
    f"ff-{ID}-{SPAN}-01",
    f"01-{ID}-{SPAN}-01",
    f"{GIVEN}-extra",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{ID}-{'0' * 16}-01",
    f"00-{ID[:-1]}-{SPAN}-01",
    f"00-{ID}-{SPAN}-1",
    f"{GIVEN}\n",
    f"00-{ID[:-1]}٣-{SPAN}-01",
]
# A service's HTTP door in a process of its own, because a process sets up its logs once.
SERVER = """
import asyncio, sys
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from deploy.contracts import NOWHERE
from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared import trace
from shared.clock import RealClock
from shared.observability.logs import get_logger, setup_logs
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.server import WebServer

setup_logs("uji", "1", "info")
log = get_logger()

async def tell(request: Request) -> PlainTextResponse:
    await asyncio.sleep(float(request.query_params.get("wait", "0")))
    log.info("uji.asked", asked=request.query_params.get("n"))
    await asyncio.create_task(later(request))
    return PlainTextResponse(trace.current() or "none")

async def later(request: Request) -> None:
    log.info("uji.later", asked=request.query_params.get("n"))

async def broken(request: Request) -> PlainTextResponse:
    raise ZeroDivisionError

async def main() -> None:
    app = make_app("Uji", Running(build(IntakeSettings.model_validate(NOWHERE)), None, RealClock()))
    app.router.add_route("/uji", tell, methods=["GET"])
    app.router.add_route("/rusak", broken, methods=["GET"])
    server = WebServer(app, "127.0.0.1", int(sys.argv[1]))
    task = asyncio.create_task(server.run())
    await asyncio.to_thread(sys.stdin.read)
    log.info("uji.outside", current=trace.current())
    server.stop()
    await task

asyncio.run(main())
"""


class Server:
    """The door, and the log lines that it has written."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(self.port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as http:
            http.get(f"http://127.0.0.1:{self.port}/robots.txt")

    def lines(self) -> list[dict[str, Any]]:
        """Stop the door and return its log lines."""
        out, _ = self._process.communicate("", timeout=30)
        return [json.loads(line) for line in out.splitlines()]

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def server() -> Iterator[Server]:
    own = Server()
    yield own
    own.kill()


def test_a_header_is_read_and_written_as_the_recommendation_says() -> None:
    assert trace.parse(GIVEN) == trace.Trace(ID, SPAN)
    assert str(trace.parse(GIVEN)) == GIVEN
    assert str(trace.parse(f"00-{ID}-{SPAN}-fe")) == f"00-{ID}-{SPAN}-00"


@pytest.mark.parametrize("header", BROKEN)
def test_a_broken_header_is_no_trace(header: str) -> None:
    assert trace.parse(header) is None
    assert trace.follow(header).trace_id != ID


@given(st.text())
def test_any_text_is_a_trace_or_none(text: str) -> None:
    assert trace.parse(text) is None or SHAPE.fullmatch(str(trace.follow(text)))


def test_a_child_stays_in_the_trace_with_an_id_of_its_own() -> None:
    caller = trace.Trace(ID, SPAN, sampled=False)
    child = caller.child()
    assert (child.trace_id, child.sampled) == (ID, False)
    assert child.span_id not in {SPAN, caller.child().span_id}


async def test_a_span_holds_for_its_task_and_the_tasks_that_it_starts() -> None:
    async def one() -> tuple[str | None, str | None]:
        own = trace.start()
        trace.enter(own)
        await asyncio.sleep(0)
        return str(own), await asyncio.create_task(inner())

    async def inner() -> str | None:
        return trace.current()

    for own, seen in await asyncio.gather(one(), one(), one()):
        assert own == seen
    assert trace.current() is None


def test_requests_of_one_connection_each_have_their_own_trace(server: Server) -> None:
    headers = [{"traceparent": GIVEN}, {}, {"traceparent": BROKEN[1]}, {}]
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as http:
        answers = [http.get(f"/uji?n={number}", headers=given) for number, given in enumerate(headers)]
        missing = http.get("/tidak-ada", headers={"Accept": "text/html"})
        failed = http.get("/rusak")
        twice = http.get("/uji?n=4", headers=[("traceparent", GIVEN), ("traceparent", GIVEN)])
    told = [answer.headers["traceparent"] for answer in (*answers, missing, failed, twice)]
    spans = [trace.parse(header) for header in told]
    ids = [span.trace_id for span in spans if span]
    assert (len(told), len(set(ids))) == (7, 7)
    assert ids[0] == ID
    assert ID not in ids[1:]
    assert told[0] != GIVEN
    assert [answer.text for answer in answers] == told[:4]
    lines = server.lines()
    for what in ("uji.asked", "uji.later"):
        assert [line["trace_id"] for line in lines if line["event"] == what] == [*ids[:4], ids[6]]
    assert [line["trace_id"] for line in lines if line["event"] in {"http.failed", "library"}] == [ids[5], ids[5]]
    [outside] = [line for line in lines if line["event"] == "uji.outside"]
    assert "trace_id" not in outside
    assert outside["current"] is None
    assert all(line["service"] == "uji" for line in lines)


async def test_requests_that_wait_on_one_connection_do_not_share_a_trace(server: Server) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    first = f"GET /uji?n=0&wait=0.1 HTTP/1.1\r\nHost: uji\r\ntraceparent: {GIVEN}\r\n\r\n"
    last = "GET /uji?n=1 HTTP/1.1\r\nHost: uji\r\nConnection: close\r\n\r\n"
    writer.write((first + last).encode())
    answered = (await asyncio.wait_for(reader.read(), 20)).decode()
    writer.close()
    told = re.findall(r"traceparent: (\S+)", answered)
    assert len(told) == 2
    assert told[0].startswith(f"00-{ID}-")
    assert ID not in told[1]
    asked = [line for line in server.lines() if line["event"] == "uji.asked"]
    assert [line["trace_id"] for line in asked] == [ID, told[1].split("-")[1]]


def test_after_an_error_of_ours_the_next_request_takes_a_connection_of_its_own(server: Server) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as http:
        for _ in range(10):
            assert http.get("/rusak").headers["connection"] == "close"
            assert http.get("/uji").status_code == 200
