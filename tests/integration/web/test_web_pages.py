"""The base of pages on the real Postgres: login, the way back with its filters, logout, and what is not there."""

from __future__ import annotations

import asyncio
import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser
from starlette.requests import Request
from starlette.responses import Response

from deploy.local.process import free_port
from shared.errors import Refused, TooMany
from shared.web.app import make_app
from shared.web.pages import Pages, Site
from shared.web.server import WebServer
from shared.web.sessions import COOKIE, VISITOR
from tests.support.browser import DESK, PHONE, check, window
from tests.support.doors import Door, Doors

SITE = Site(
    "meja uji",
    (("/daftar", "Daftar"), ("/terbuka", "Terbuka")),
    roles=("koordinator",),
    open="Halaman ini terbuka bagi siapa saja.",
)
LIST = """{% extends "site.html" %}
{% block title %}Daftar – {{ site.title }}{% endblock %}
{% block content %}<h1>Daftar</h1><p id="saring">{{ shown }}</p>
<form method="post" action="/daftar/1/selesai"><input type="hidden" name="csrf" value="{{ csrf }}"><button>Selesai</button></form>
{% endblock %}"""


def application(door: Door, folder: Path) -> Any:
    app = make_app("Uji", door.live, links=SITE.menu)
    pages = Pages(door.live, SITE, folder, filters={"keras": str.upper})
    pages.install(app)

    async def listed(request: Request) -> Response:
        await pages.need(request)
        return pages.page(request, "list.html", here="/daftar", shown=request.url.query)

    async def opened(request: Request) -> Response:
        caller = await pages.visitor(request)
        return pages.page(request, "list.html", here="/terbuka", shown=caller.role if caller else "tamu")

    async def finish(request: Request) -> Response:
        await pages.need(request)
        await pages.form(request)
        return pages.page(request, "list.html", shown="selesai")

    async def gone(request: Request) -> Response:
        await pages.need(request)
        return pages.nothing(request, title="Tidak ada aduan itu", advice="Nomornya mungkin salah ketik.")

    async def refused(request: Request) -> Response:
        refusal = (
            TooMany(retry_after=9) if "banyak" in request.query_params else Refused("moved", message="Sudah <pindah>.")
        )
        return pages.refused(request, refusal)

    async def once(request: Request) -> Response:
        asked = request.query_params.get("sekali")
        page = pages.page(request, "list.html", shown=pages.sessions.once(request))
        return page if asked is None else Response(str(pages.sessions.is_ours(request, asked)))

    add = app.router.add_route
    for path, endpoint in {
        "/daftar": listed,
        "/terbuka": opened,
        "/hilang": gone,
        "/tolak": refused,
        "/sekali": once,
    }.items():
        add(path, endpoint, methods=["GET"])
    add("/daftar/{number}/selesai", finish, methods=["POST"])
    return app


@pytest.fixture(scope="module")
def address(doors_loop: Doors, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("templates")
    (folder / "list.html").write_text(LIST, encoding="utf-8")
    port = free_port()
    server = WebServer(application(doors_loop.doors["router"], folder), "127.0.0.1", port)

    async def start() -> asyncio.Task[None]:
        return asyncio.create_task(server.run())

    task = doors_loop.run(start())
    with httpx.Client(transport=httpx.HTTPTransport(retries=8), trust_env=False) as client:
        client.get(f"http://127.0.0.1:{port}/robots.txt")
    yield f"http://127.0.0.1:{port}"
    server.stop()
    doors_loop.run(asyncio.wait_for(asyncio.shield(task), 20))


@pytest.fixture
def http(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, headers={"Accept": "text/html"}) as client:
        yield client


@pytest.fixture
def key(doors: dict[str, Door]) -> str:
    return doors["router"].keys["koordinator"]


def hidden(page: httpx.Response, name: str) -> str:
    return html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0])


def login(http: httpx.Client, key: str, where: str = "/masuk") -> httpx.Response:
    """Fill in the login page as a browser does."""
    page = http.get(where)
    return http.post(
        "/masuk", data={"csrf": hidden(page, "csrf"), "tujuan": hidden(page, "tujuan"), "kunci": f" {key} "}
    )


def test_the_filters_stay_through_the_login(http: httpx.Client, key: str) -> None:
    sent = http.get("/daftar?kapan=lewat&opd=dishub")
    assert (sent.status_code, sent.headers["location"]) == (303, "/masuk?tujuan=/daftar%3Fkapan%3Dlewat%26opd%3Ddishub")
    entered = login(http, key, sent.headers["location"])
    assert (entered.status_code, entered.headers["location"]) == (303, "/daftar?kapan=lewat&opd=dishub")
    page = http.get(entered.headers["location"])
    assert "kapan=lewat&amp;opd=dishub" in page.text
    assert 'href="/daftar" aria-current="page"' in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "Keluar" in page.text


def test_the_filters_stay_through_a_wrong_key_and_an_old_login_page(http: httpx.Client, key: str) -> None:
    wrong = login(http, "tg_salah", "/masuk?tujuan=/daftar%3Fkapan%3Dlewat")
    assert (wrong.status_code, hidden(wrong, "tujuan")) == (401, "/daftar?kapan=lewat")
    assert "Kunci ini tidak dikenal atau bukan untuk meja uji." in wrong.text
    assert "tg_salah" not in wrong.text
    http.cookies.delete(VISITOR)
    old = http.post("/masuk", data={"csrf": hidden(wrong, "csrf"), "tujuan": hidden(wrong, "tujuan"), "kunci": key})
    assert (old.status_code, hidden(old, "tujuan")) == (403, "/daftar?kapan=lewat")
    assert "terlalu lama terbuka" in old.text
    again = http.post("/masuk", data={"csrf": hidden(old, "csrf"), "tujuan": hidden(old, "tujuan"), "kunci": key})
    assert (again.status_code, again.headers["location"]) == (303, "/daftar?kapan=lewat")


def test_the_filters_stay_when_a_session_ends_under_a_form(http: httpx.Client, key: str, address: str) -> None:
    login(http, key)
    page = http.get("/daftar?halaman=3")
    http.cookies.delete(COOKIE)
    sent = http.post(
        "/daftar/1/selesai", data={"csrf": hidden(page, "csrf")}, headers={"Referer": f"{address}/daftar?halaman=3"}
    )
    assert sent.headers["location"] == "/masuk?tujuan=/daftar%3Fhalaman%3D3"
    kept = http.post(
        "/daftar/1/selesai", data={"alasan": "Jalan kota"}, headers={"Referer": f"{address}/daftar?halaman=3"}
    )
    assert kept.status_code == 401
    assert "Jalan kota" in kept.text
    assert 'href="/masuk?tujuan=/daftar%3Fhalaman%3D3"' in kept.text


@pytest.mark.parametrize(
    "target", ["https://lain.contoh/", "//lain.contoh", "/\\lain.contoh", "/\t/lain.contoh", "/masuk", ""]
)
def test_no_login_leads_to_another_site(http: httpx.Client, key: str, target: str) -> None:
    page = http.get("/masuk", params={"tujuan": target})
    assert hidden(page, "tujuan") == "/daftar"
    entered = http.post("/masuk", data={"csrf": hidden(page, "csrf"), "tujuan": target, "kunci": key})
    assert (entered.status_code, entered.headers["location"]) == (303, "/daftar")


def test_only_the_roles_of_the_site_log_in(http: httpx.Client, doors: dict[str, Door]) -> None:
    assert login(http, doors["router"].keys["officer"]).status_code == 401
    assert http.get("/daftar").status_code == 303


def test_a_log_out_needs_its_token_and_ends_the_session(http: httpx.Client, key: str) -> None:
    login(http, key)
    page = http.get("/daftar")
    assert http.post("/keluar", data={"csrf": "palsu"}).status_code == 403
    assert http.get("/daftar").status_code == 200
    cookie = http.cookies[COOKIE]
    out = http.post("/keluar", data={"csrf": hidden(page, "csrf")})
    assert (out.status_code, out.headers["location"]) == (303, "/masuk")
    http.cookies.set(COOKIE, cookie)
    assert http.get("/daftar").status_code == 303


def test_a_form_without_our_token_is_refused(http: httpx.Client, key: str) -> None:
    login(http, key)
    page = http.get("/daftar")
    assert http.post("/daftar/1/selesai", data={"csrf": "palsu"}).status_code == 403
    assert "selesai" in http.post("/daftar/1/selesai", data={"csrf": hidden(page, "csrf")}).text


def test_a_cookie_that_we_did_not_sign_opens_no_session_even_with_a_row(
    http: httpx.Client, key: str, doors: dict[str, Door], doors_loop: Doors
) -> None:
    login(http, key)
    signed = http.cookies[COOKIE]
    http.cookies.clear()
    for cookie in (signed[:-2] + ("AA" if signed[-2:] != "AA" else "BB"), "tanpa-tanda-tangan", "x" * 5000):
        row = hashlib.sha256(cookie.encode()).digest(), key.split("_")[1]
        opened = "INSERT INTO sessions (hash, prefix, expires_at) VALUES ($1, $2, now() + interval '1 hour')"
        doors_loop.run(doors["router"].live.pool.execute(opened, *row))
        assert http.get("/daftar", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 303
    assert http.get("/daftar", headers={"Cookie": f"{COOKIE}={signed}"}).status_code == 200


def test_an_open_page_knows_a_visitor_and_leads_back_to_itself(http: httpx.Client, key: str) -> None:
    page = http.get("/terbuka?tahun=2026")
    assert "tamu" in page.text
    assert "Halaman ini terbuka bagi siapa saja." in page.text
    [link] = re.findall(r'href="(/masuk[^"]*)"', page.text)
    assert login(http, key, link).headers["location"] == "/terbuka?tahun=2026"
    assert "koordinator" in http.get("/terbuka").text


def test_what_is_not_there_and_what_is_refused_are_pages_of_the_site(http: httpx.Client, key: str) -> None:
    login(http, key)
    gone = http.get("/hilang")
    assert gone.status_code == 404
    assert "Tidak ada aduan itu" in gone.text
    assert "Keluar" in gone.text
    refused = http.get("/tolak")
    assert (refused.status_code, "retry-after" in refused.headers) == (409, False)
    assert "Sudah &lt;pindah&gt;." in refused.text
    assert http.get("/tolak?banyak").headers["retry-after"] == "9"


def test_the_start_page_leads_to_the_first_list(http: httpx.Client) -> None:
    assert http.get("/").headers["location"] == "/daftar"


def test_a_token_of_a_form_belongs_to_one_visitor(http: httpx.Client, address: str) -> None:
    page = http.get("/sekali")
    token = re.findall(r'id="saring">([^<]*)<', page.text)[0]
    assert http.get("/sekali", params={"sekali": token}).text == "True"
    assert http.get("/sekali", params={"sekali": token[:-2]}).text == "False"
    with httpx.Client(base_url=address, trust_env=False) as other:
        other.get("/sekali")
        assert other.get("/sekali", params={"sekali": token}).text == "False"


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_a_person_logs_in_and_finds_the_filtered_list(
    address: str, key: str, browser: Browser, width: int
) -> None:
    async with window(browser, width) as page:
        await page.goto(f"{address}/daftar?kapan=lewat")
        await check(page)
        await page.get_by_label("Kunci Anda").fill(key)
        await page.get_by_role("button", name="Masuk").click()
        assert page.url.endswith("/daftar?kapan=lewat")
        await check(page)
        await page.goto(f"{address}/hilang")
        await check(page)
        await page.get_by_role("button", name="Keluar").click()
        assert await page.locator("h1").inner_text() == "Masuk ke meja uji"
