"""The door of the books: metrics, whether they are still being compared, whether the last comparison could be made."""

import time

import httpx

from deploy.beside import door
from deploy.books.look import LONGEST_S
from deploy.books.meters import Meters


def client(meters: Meters) -> httpx.AsyncClient:
    app = door(meters.registry, lambda: meters.live(60), lambda: meters.well)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://books")


async def test_it_is_live_while_comparisons_are_tried() -> None:
    meters = Meters()
    async with client(meters) as http:
        assert (await http.get("/livez")).status_code == 200
        meters.tried_at = time.monotonic() - 60 - 2 * LONGEST_S - 1
        assert (await http.get("/livez")).status_code == 503


async def test_it_is_not_ready_after_a_comparison_that_could_not_be_made() -> None:
    meters = Meters()
    meters.failed()
    async with client(meters) as http:
        assert (await http.get("/readyz")).status_code == 503
        assert "tanggap_books_failures_total 1.0" in (await http.get("/metrics")).text


async def test_a_warning_names_the_alert_and_leaves_it_ready() -> None:
    meters = Meters()
    meters.last_run.set(time.time())
    async with client(meters) as http:
        assert (await http.get("/readyz")).json() == {"ready": True, "warnings": []}
        meters.absent.labels("sla").set(2)
        answer = await http.get("/readyz")
        assert (answer.status_code, answer.json()["warnings"]) == (200, ["TanggapBooksAbsent"])
