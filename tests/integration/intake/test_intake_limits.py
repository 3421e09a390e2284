"""Limits on callers of intake: a flood of honest people waits, guessing is slow, and nothing typed is lost."""

from __future__ import annotations

import asyncio
import html
import json
import re
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.events import cases
from shared.web.keys import make_key
from shared.web.server import web_server
from tests.integration.intake.test_intake_pages import TYPED, hidden, keep, submit, type_form
from tests.integration.intake.test_intake_webhook import TEXT, first_ticket, put
from tests.support.infra import Database
from tests.support.intake import Intake, message, opened
from tests.support.toys import until

# The proxy's own address, as the test client's transport reports it.
PROXY = "127.0.0.1"


@pytest.fixture
async def behind_a_proxy(intake_database: Database) -> AsyncIterator[Intake]:
    async with opened(
        intake_database, web_burst=3, web_rate=60, web_wait_s=0, web_queue_s=0, lookup_burst=3, trusted_proxies=PROXY
    ) as intake:
        yield intake


def browser(intake: Intake, address: str) -> httpx.AsyncClient:
    """A browser of its own, seen through the proxy from this address."""
    transport = httpx.ASGITransport(app=intake.app)
    return httpx.AsyncClient(
        transport=transport, base_url="https://aduan.contoh.id", headers={"X-Forwarded-For": address}
    )


async def file_from(intake: Intake, address: str, text: str = "Jembatan di Long Iram goyang") -> httpx.Response:
    async with browser(intake, address) as http:
        return await submit(http, await type_form(http, isi=text), tetap="ya")


def outcomes(answers: list[httpx.Response]) -> list[str]:
    """Return the last part of the address to which each answer leads: the receipt, or the page with a hint."""
    assert [answer.status_code for answer in answers] == [303] * len(answers)
    return [answer.headers["location"].rsplit("/", 1)[1] for answer in answers]


def typed_text(page: httpx.Response) -> str:
    found = re.search(r'<textarea id="isi"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""


async def test_sixty_citizens_behind_one_proxy_are_sixty_callers(behind_a_proxy: Intake) -> None:
    addresses = [f"203.0.113.{number}" for number in range(60)]
    answers = await asyncio.gather(*(file_from(behind_a_proxy, address) for address in addresses))
    assert outcomes(answers) == ["bukti"] * 60


async def test_sixty_citizens_behind_the_nat_of_one_carrier_are_all_taken(intake_database: Database) -> None:
    async with opened(intake_database) as intake:
        defaults = type(intake.settings).model_fields
    limits = {name: defaults[name].default for name in ("web_burst", "web_rate", "web_wait_s")}
    async with opened(intake_database, **limits) as intake:
        answers = await asyncio.gather(*(file_from(intake, "203.0.113.7") for _ in range(60)))
        assert outcomes(answers) == ["bukti"] * 60
        assert len(await intake.events("submission.submitted")) == 60


async def test_more_than_may_come_at_once_queue_and_are_taken(intake_database: Database) -> None:
    async with opened(intake_database, web_burst=3, web_rate=60 * 50, web_wait_s=10) as intake:
        answers = await asyncio.gather(*(file_from(intake, "203.0.113.7") for _ in range(30)))
        assert outcomes(answers) == ["bukti"] * 30


@pytest.mark.parametrize(
    "text", ["Jembatan di Long Iram goyang", "Air <b>PDAM</b> & listrik mati\ndua hari", "x" * 19_000]
)
async def test_who_is_asked_to_repeat_keeps_the_text_and_succeeds_then(behind_a_proxy: Intake, text: str) -> None:
    async with browser(behind_a_proxy, "203.0.113.7") as http:
        answers = await type_form(http, isi=text)
        for _ in range(3):
            await file_from(behind_a_proxy, "203.0.113.7")
        refused = await submit(http, answers, tetap="ya")
        assert outcomes([refused]) == ["periksa?kabar=ramai"]
        again = await http.get(refused.headers["location"])
        assert ("Tunggu satu menit" in again.text, html.escape(text.splitlines()[0]) in again.text) == (True, True)
        await asyncio.sleep(1.1)
        assert outcomes([await submit(http, again, tetap="ya")]) == ["bukti"]


async def test_who_types_form_after_form_is_asked_to_wait_and_keeps_the_text(intake_database: Database) -> None:
    async with opened(intake_database, visitor_burst=1, visitor_rate=0.001) as intake:
        fields = TYPED | hidden(await intake.http.get("/"))
        for _ in range(3):
            await keep(intake.http, fields)
        refused = await intake.http.post("/", data=fields)
        assert (refused.status_code, "retry-after" in refused.headers) == (429, True)
        assert typed_text(refused) == TYPED["isi"]


async def test_an_invented_forwarding_header_of_a_stranger_is_not_believed(intake_database: Database) -> None:
    limits = {"web_burst": 3, "web_rate": 60, "web_wait_s": 0, "web_queue_s": 0}
    async with opened(intake_database, **limits, trusted_proxies="10.0.0.0/8") as intake:
        answers = [await file_from(intake, f"203.0.113.{number}") for number in range(4)]
        assert outcomes(answers) == ["bukti", "bukti", "bukti", "periksa?kabar=ramai"]


async def test_a_citizen_cannot_hide_behind_an_invented_address_in_front_of_the_proxys(behind_a_proxy: Intake) -> None:
    answers = [await file_from(behind_a_proxy, f"198.51.100.{number}, 203.0.113.7") for number in range(4)]
    assert outcomes(answers) == ["bukti", "bukti", "bukti", "periksa?kabar=ramai"]


async def test_one_browser_is_slowed_even_where_its_address_changes(intake_database: Database) -> None:
    async with opened(intake_database, visitor_burst=2, web_wait_s=0, trusted_proxies=PROXY) as intake:
        async with browser(intake, "203.0.113.7") as http:
            answers = []
            for number in range(3):
                http.headers["X-Forwarded-For"] = f"203.0.113.{number}"
                answers.append(await submit(http, await type_form(http), tetap="ya"))
        assert outcomes(answers) == ["bukti", "bukti", "periksa?kabar=ramai"]


async def test_a_browser_that_fills_the_hidden_field_files_a_complaint_that_a_person_sees_first(
    behind_a_proxy: Intake,
) -> None:
    async with browser(behind_a_proxy, "203.0.113.7") as http:
        page = await type_form(http, alamat_situs="https://contoh.id")
        assert outcomes([await submit(http, page)]) == ["bukti"]
    [(_, data)] = await behind_a_proxy.events("submission.submitted")
    assert data["suspicions"] == ["robot"]


async def guesses(http: httpx.AsyncClient, path: str, count: int, **headers: str) -> list[int]:
    return [(await http.get(path.format(number), headers=headers)).status_code for number in range(count)]


@pytest.mark.parametrize("path", ["/aduan/KT-{}", "/aduan?nomor=KT-{}", "/v1/complaints/KT-{}", "/aduan/KT-{}/rahasia"])
async def test_asking_for_tickets_by_guess_is_slowed(behind_a_proxy: Intake, path: str) -> None:
    async with browser(behind_a_proxy, "203.0.113.7") as http:
        assert await guesses(http, path, 5) == [404, 404, 404, 429, 429]
    async with browser(behind_a_proxy, "203.0.113.8") as http:
        assert await guesses(http, path, 1) == [404]


async def test_the_holder_of_the_link_or_the_adapters_key_is_never_shut_out_by_a_guesser(
    behind_a_proxy: Intake,
) -> None:
    made = (await behind_a_proxy.post({"text": "Lampu jalan padam di Loa Janan", "external_id": "a-1"})).json()
    async with browser(behind_a_proxy, "203.0.113.7") as http:
        await guesses(http, "/aduan/KT-{}", 5)
        ticket, secret = made["ticket"], made["link"].rsplit("/", 1)[1]
        adapter = {"Authorization": f"Bearer {behind_a_proxy.key}"}
        assert (await http.get(f"/aduan/{ticket}")).status_code == 429
        assert (await http.get(f"/aduan/{ticket}/{secret}")).status_code == 200
        assert (await http.get(f"/v1/complaints/{ticket}", headers={"X-Complaint-Secret": secret})).status_code == 200
        assert (await http.get(f"/v1/complaints/{ticket}", headers=adapter)).status_code == 200


async def test_wrong_secrets_of_a_right_ticket_are_guesses_too(behind_a_proxy: Intake) -> None:
    ticket = (await behind_a_proxy.post({"text": "Lampu jalan padam di Loa Janan", "external_id": "a-1"})).json()[
        "ticket"
    ]
    async with browser(behind_a_proxy, "203.0.113.7") as http:
        assert await guesses(http, f"/aduan/{ticket}/salah{{}}", 4) == [404, 404, 404, 429]
    async with browser(behind_a_proxy, "203.0.113.8") as http:
        assert await guesses(http, f"/v1/complaints/{ticket}?{{}}", 4, **{"X-Complaint-Secret": "salah"}) == [
            200,
            200,
            200,
            429,
        ]


async def test_wrong_keys_by_the_hundred_are_refused_and_a_right_one_is_not(behind_a_proxy: Intake) -> None:
    async with browser(behind_a_proxy, "203.0.113.7") as http:
        statuses = [
            (
                await http.post("/v1/submissions", json={}, headers={"Authorization": f"Bearer {make_key()[0]}"})
            ).status_code
            for _ in range(70)
        ]
        assert statuses == [401] * 60 + [429] * 10
        right = {"Authorization": f"Bearer {behind_a_proxy.key}"}
        assert (
            await http.post("/v1/submissions", json={"text": "Lampu jalan padam"}, headers=right)
        ).status_code == 201


async def silent_connections_left(intake: Intake) -> int:
    """Open eight connections that send half a head, and let the limit do its work; how many of them are still open."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = web_server(intake.app, intake.settings.model_copy(update={"port": port}))
    running = asyncio.create_task(server.run())
    await until(lambda: listening(port), "the server listens")
    wires = [await asyncio.open_connection("127.0.0.1", port) for _ in range(8)]
    try:
        for _, writer in wires:
            writer.write(b"GET / HTTP/1.1\r\nHost: aduan.contoh.id\r\n")
        ends = [asyncio.create_task(reader.read()) for reader, _ in wires]
        await asyncio.wait(ends, timeout=1)
        left = sum(not end.done() for end in ends)
        for end in ends:
            end.cancel()
        await asyncio.gather(*ends, return_exceptions=True)
    finally:
        for _, writer in wires:
            writer.close()
        server.stop()
        await running
    return left


async def listening(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


@pytest.mark.parametrize(("proxies", "left"), [("", 5), (PROXY, 8)])
async def test_the_connections_of_a_trusted_proxy_are_not_counted_as_one_caller(
    intake_database: Database, proxies: str, left: int
) -> None:
    async with opened(intake_database, trusted_proxies=proxies, connections_per_address=5) as intake:
        assert await silent_connections_left(intake) == left


async def test_a_message_beyond_what_a_complaint_takes_is_kept_and_its_sender_told_once_a_day(intake: Intake) -> None:
    await intake.whatsapp(message("wamid.0", TEXT))
    ticket = await first_ticket(intake)
    await put(intake, ticket, cases.InfoRequested(opd="dishub", question="Di kilometer berapa?"))
    tally = {"day": None, "acts": 0, "size": 0, "all_acts": 5_000, "all_size": 0}
    sql = "UPDATE state SET data = jsonb_set(data, '{said}', $1) WHERE data->>'ticket' = $2"
    await intake.rows(sql, json.dumps(tally), ticket)
    for number in range(1, 4):
        answer = await intake.whatsapp(message(f"wamid.{number}", f"Di kilometer {number}, dekat jembatan."))
        assert answer.status_code == 200
    assert await intake.whatsapp(message("wamid.1", "Di kilometer 1, dekat jembatan.")) is not None  # brought once more
    assert await intake.events("submission.citizen_replied") == []
    kept = await intake.rows("SELECT body, detail FROM parked ORDER BY id")
    assert [json.loads(row["body"])["text"]["body"][:14] for row in kept] == [
        f"Di kilometer {number}" for number in (1, 2, 3)
    ]
    assert {row["detail"] for row in kept} == {"too_many_acts"}
    assert [data["template"] for _, data in await intake.events("contact.reply_requested")] == ["too_many"]
