"""One sign-in for all consoles: the other services ask the router whose session a cookie is."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.requests import Request

from deploy.local.process import free_port
from services.router.accounts.errors import ProviderAway, WrongSignIn
from services.router.accounts.provider import CALLBACK, Provider
from shared.ids import new_id
from shared.web import people
from shared.web.people import ACCOUNT_COOKIE, WHOSE_SESSION, AskedPeople
from tests.support.doors import Door, Doors
from tests.support.people import Worker, cookie_of, hidden, hire, sign_in


def worker_of(doors_loop: Doors, *roles: str) -> Worker:
    email = f"{new_id().hex}@contoh.example"
    worker: Worker = doors_loop.run(hire(doors_loop.doors["router"].live, *roles, email=email))
    return worker


async def session_of(door: Door, worker: Worker) -> str:
    async with httpx.AsyncClient(base_url=door.address, trust_env=False) as http:
        assert (await sign_in(http, worker)).status_code == 303
        return cookie_of(http)


def opens(door: Door, path: str, cookie: str) -> int:
    with httpx.Client(base_url=door.address, trust_env=False) as http:
        return http.get(path, headers={"Cookie": f"{ACCOUNT_COOKIE}={cookie}", "Accept": "text/html"}).status_code


async def test_one_sign_in_opens_the_pages_of_the_other_services(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookie = await session_of(doors["router"], worker_of(doors_loop, "koordinator"))
    assert opens(doors["router"], "/triase", cookie) == 200
    assert opens(doors["sla"], "/tenggat", cookie) == 200
    nobody = await session_of(doors["router"], worker_of(doors_loop, "administrator"))
    assert opens(doors["sla"], "/tenggat", nobody) == 403


async def test_the_other_service_leads_to_the_sign_in_and_back(doors: dict[str, Door], doors_loop: Doors) -> None:
    worker = worker_of(doors_loop, "koordinator")
    wanted = f"{doors['sla'].address}/tenggat"
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(wanted, headers={"Accept": "text/html"})
        sent = urlsplit(answer.headers["location"])
        assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{doors['router'].address}/akun/masuk"
        assert parse_qs(sent.query)["tujuan"] == [wanted]
    async with httpx.AsyncClient(base_url=doors["router"].address, trust_env=False) as http:
        done = await sign_in(http, worker, target=wanted)
        assert (done.status_code, done.headers["refresh"]) == (200, f"0; url={wanted}")
        away = await sign_in(http, worker, target="https://jahat.example/tenggat")
        assert away.headers["location"] == "/triase"


async def test_a_log_out_at_one_service_ends_the_session_at_all(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookie = await session_of(doors["router"], worker_of(doors_loop, "koordinator"))
    cookies = {ACCOUNT_COOKIE: cookie}
    async with httpx.AsyncClient(base_url=doors["sla"].address, trust_env=False, cookies=cookies) as http:
        csrf = hidden((await http.get("/tenggat")).text, "csrf")
        assert (await http.post("/keluar", data={"csrf": csrf})).status_code == 303
    assert opens(doors["router"], "/triase", cookie) == 303
    assert opens(doors["sla"], "/tenggat", cookie) == 303


async def test_a_session_that_ends_elsewhere_stops_within_seconds(
    doors: dict[str, Door], doors_loop: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "FRESH_S", 0.5)
    cookie = await session_of(doors["router"], worker_of(doors_loop, "koordinator"))
    assert opens(doors["sla"], "/tenggat", cookie) == 200
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.delete(doors["router"].address + WHOSE_SESSION, headers={"Cookie": f"{ACCOUNT_COOKIE}={cookie}"})
    await asyncio.sleep(0.6)
    assert opens(doors["sla"], "/tenggat", cookie) == 303


async def test_a_forbidden_page_offers_the_sign_in_with_an_account(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookie = await session_of(doors["router"], worker_of(doors_loop, "administrator"))
    for name, path in (("router", "/triase"), ("sla", "/tenggat")):
        async with httpx.AsyncClient(base_url=doors[name].address, trust_env=False) as http:
            headers = {"Cookie": f"{ACCOUNT_COOKIE}={cookie}", "Accept": "text/html"}
            refused = await http.get(path, headers=headers)
            assert (refused.status_code, "/akun/masuk?tujuan=" in refused.text) == (403, True)


def asking(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"{ACCOUNT_COOKIE}={cookie}".encode())]})


async def test_a_known_session_works_on_while_the_keeper_is_away(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookie = await session_of(doors["router"], worker_of(doors_loop, "koordinator"))
    now = [0.0]
    asked = AskedPeople(doors["router"].address, clock=lambda: now[0])
    first = await asked.find(asking(cookie))
    assert first is not None
    asked._address = "http://127.0.0.1:9/v1/session"
    for later, known in ((60, True), (people.KEPT_WHILE_AWAY_S + 1, False)):
        now[0] = later
        assert (await asked.find(asking(cookie)) is not None) is known
    assert await asked.find(asking("tebakan")) is None


async def test_a_crowd_with_one_cookie_asks_once(doors: dict[str, Door], doors_loop: Doors) -> None:
    cookie = await session_of(doors["router"], worker_of(doors_loop, "koordinator"))
    asked, questions = AskedPeople(doors["router"].address), 0
    ask = asked._ask

    async def counted(given: str) -> object:
        nonlocal questions
        questions += 1
        return await ask(given)

    asked._ask = counted  # type: ignore[method-assign,assignment]
    found = await asyncio.gather(*(asked.find(asking(cookie)) for _ in range(50)))
    assert questions == 1
    assert len({person.id for person in found if person is not None}) == 1


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Yield the address of a real OpenID Connect server, in a process of its own."""
    users = (
        {"sub": "rini", "email": "Rini@contoh.example", "email_verified": True, "amr": ["mfa"]},
        {"sub": "budi", "email": "budi@contoh.example", "email_verified": False},
    )
    port = free_port()
    claims = [part for user in users for part in ("--user-claims", json.dumps(user))]
    server = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(transport=httpx.HTTPTransport(retries=10), trust_env=False) as http:
            assert http.get(f"{address}/.well-known/openid-configuration").status_code == 200
        yield address
    finally:
        server.terminate()
        server.wait(10)


async def through(provider: str, console: str, sub: str) -> tuple[Provider, str, dict[str, str]]:
    """Sign in at the provider as a browser does. Return what it sends back."""
    ours = Provider(name="uji", issuer=provider, client_id="tanggap", client_secret="rahasia", console=console)
    begun = await ours.begin()
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(begun.address, data={"sub": sub})
    back = urlsplit(answer.headers["location"])
    assert back.path == CALLBACK
    return ours, begun.kept, {name: values[0] for name, values in parse_qs(back.query).items()}


async def test_a_person_of_the_identity_provider_is_known_by_the_verified_address(provider: str) -> None:
    ours, kept, answer = await through(provider, "http://127.0.0.1:8002", "rini")
    identity = await ours.finish(kept, answer)
    assert (identity.email, identity.second_factor) == ("Rini@contoh.example", True)


async def test_a_foreign_answer_of_the_provider_is_refused(provider: str) -> None:
    ours, kept, answer = await through(provider, "http://127.0.0.1:8002", "rini")
    for wrong in (
        {**answer, "state": "lain"},
        {**answer, "code": "lain"},
        {"state": answer["state"], "error": "denied"},
    ):
        with pytest.raises(WrongSignIn):
            await ours.finish(kept, wrong)
    state, _, verifier = kept.split(".")
    with pytest.raises(WrongSignIn):
        await ours.finish(f"{state}.nonce-lain.{verifier}", answer)
    ours, kept, answer = await through(provider, "http://127.0.0.1:8002", "budi")
    with pytest.raises(WrongSignIn, match=re.escape("wrong")):
        await ours.finish(kept, answer)
    away = Provider(
        name="uji", issuer="http://127.0.0.1:9", client_id="x", client_secret="y", console="http://127.0.0.1"
    )
    with pytest.raises(ProviderAway):
        await away.begin()
