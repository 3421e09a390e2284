"""The page that a person wanted is kept through the login, and no other site ever is."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from shared.web.targets import login_address, own_address, wanted

HOME = "/daftar"


async def nobody(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("")


APP = Starlette(
    routes=[
        Route("/daftar", nobody, methods=["GET"]),
        Route("/daftar/{case}", nobody, methods=["GET", "POST"]),
        Route("/daftar/{case}/{number}/selesai", nobody, methods=["POST"]),
        Route("/salin/{case}", nobody, methods=["POST"]),
        Route("/masuk", nobody, methods=["GET", "POST"]),
    ]
)


def request(method: str, path: str, query: str = "", referer: str | None = None) -> Request:
    headers = [(b"host", b"meja.contoh.id")]
    if referer is not None:
        headers.append((b"referer", referer.encode("latin-1")))
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
        "app": APP,
    }
    return Request(scope)


@pytest.mark.parametrize(
    ("method", "path", "query", "referer", "target"),
    [
        ("GET", "/daftar", "kapan=lewat&opd=dishub", None, "/daftar?kapan=lewat&opd=dishub"),
        ("GET", "/daftar/KT 1/é", "", None, "/daftar/KT%201/%C3%A9"),
        ("HEAD", "/apa/saja", "", None, "/apa/saja"),
        ("GET", "//lain.contoh", "", None, HOME),
        ("GET", "/masuk", "tujuan=/daftar", None, HOME),
        ("POST", "/daftar/KT-1", "", None, "/daftar/KT-1"),
        ("POST", "/daftar/KT-1/3/selesai", "", None, "/daftar/KT-1"),
        ("POST", "/salin/KT-1", "", None, HOME),
        ("POST", "/salin/KT-1", "", "http://meja.contoh.id/daftar?halaman=3", "/daftar?halaman=3"),
        ("POST", "/daftar/KT-1", "", "https://meja.contoh.id", "/daftar/KT-1"),
        ("POST", "/daftar/KT-1", "", "https://meja.contoh.id/salin/KT-2", "/daftar/KT-1"),
        ("POST", "/daftar/KT-1", "", "https://meja.contoh.id/daftar/KT-2/3/selesai", "/daftar/KT-2"),
        ("POST", "/daftar/KT-1", "", "https://meja.contoh.id/daftar/KT%202?halaman=3", "/daftar/KT%202?halaman=3"),
        ("POST", "/daftar/KT-1", "", "https://lain.contoh/daftar?halaman=3", "/daftar/KT-1"),
        ("POST", "/daftar/KT-1", "", "https://meja.contoh.id//lain.contoh", "/daftar/KT-1"),
        ("POST", "/daftar/KT-1", "", "http://meja.contoh.id/masuk", "/daftar/KT-1"),
        ("POST", "/daftar/KT-1", "", "http://[", "/daftar/KT-1"),
    ],
)
def test_the_page_to_return_to(method: str, path: str, query: str, referer: str | None, target: str) -> None:
    assert wanted(request(method, path, query, referer), home=HOME) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daftar",
        "https://lain.contoh/",
        "//lain.contoh",
        "/\\lain.contoh",
        "\\\\lain.contoh",
        "/\t/lain.contoh",
        "/\n/lain.contoh",
        "\x00//lain.contoh",
        " //lain.contoh",
        "/daftar baru",
        "/é",
        "/masuk",
        "/masuk?tujuan=/daftar",
        "/keluar",
        "javascript:alert(1)",
        "/" + "a" * 3000,
    ],
)
def test_what_is_no_address_of_this_site_is_never_kept(text: str) -> None:
    assert own_address(text) is None


@given(st.text(alphabet=st.sampled_from("/\\:?#@.a%09 \t\r\n\x00é"), max_size=12))
@example("/.//lain.contoh")
def test_a_kept_address_stays_on_this_site_as_a_browser_reads_it(text: str) -> None:
    kept = own_address(text)
    if kept is not None:
        assert urlsplit(urljoin("https://meja.contoh.id/masuk", kept)).netloc == "meja.contoh.id"


def test_the_login_keeps_every_part_of_the_query() -> None:
    target = "/daftar?kapan=lewat&nama=a%20b&x=%26"
    assert parse_qs(urlsplit(login_address(target)).query) == {"tujuan": [target]}
