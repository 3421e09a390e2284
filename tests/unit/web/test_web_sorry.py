"""A browser gets a page in Indonesian that keeps what was typed; a program gets the problem document it always got."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from deploy.contracts import NOWHERE
from services.intake.app import build
from services.intake.settings import IntakeSettings
from shared.clock import RealClock
from shared.errors import Forbidden, NotFound, Refused, TooMany, Unavailable, Unsure
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.inputs import fields_of
from shared.web.sessions import Sessions
from shared.web.sorry import session_over
from shared.web.targets import login_address, wanted

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TYPED = {
    "alasan": "Jalan ini jalan kota, bukan jalan provinsi",
    "kepada": "Pemerintah Kota <Samarinda>",
    "revisi": "3",
    "sekali": "x1",
}
REFUSALS: dict[str, Exception] = {
    "sibuk": Unavailable(),
    "banyak": TooMany(retry_after=7),
    "terlarang": Forbidden("halaman ini untuk peran lain"),
    "hilang": NotFound(),
    "berubah": Refused(),
    "besar": HTTPException(413),
    "putus": Unsure(),
}


class Empty(BaseModel):
    """Takes no field at all."""

    model_config = ConfigDict(extra="forbid")


def application() -> Any:
    service = build(IntakeSettings.model_validate(NOWHERE))
    running: Running[Any] = Running(service, None, RealClock())  # type: ignore[arg-type]  # no route of these tests asks it
    app = make_app("Uji", running, limits={"/kecil": 300}, links=(("/awal", "Halaman awal"),))
    sessions = Sessions(running)

    async def refuse(request: Request) -> Response:
        raise REFUSALS[request.path_params["what"]]

    async def broken(_request: Request) -> Response:
        raise ZeroDivisionError

    async def form(request: Request) -> Response:
        fields = await fields_of(request)
        sessions.check_csrf(request, fields.get("csrf", ""))
        return PlainTextResponse(repr(sorted(fields.items())))

    async def over(request: Request) -> Response:
        return await session_over(request) or PlainTextResponse("masuk")

    for path, endpoint in {
        "/tolak/{what}": refuse,
        "/rusak": broken,
        "/formulir": form,
        "/kecil": form,
        "/habis": over,
        "/masuk": form,
    }.items():
        app.router.add_route(path, endpoint, methods=["GET", "POST"])
    app.state.login = lambda request: login_address(wanted(request, home="/awal"))
    return app


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=application(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://uji") as client:
        yield client


def fields(page: httpx.Response) -> dict[str, str]:
    """Return the fields that the button of the page sends again."""
    return {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.text)
    }


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/tidak-ada", 404, "Halaman tidak ditemukan"),
        ("/tolak/hilang", 404, "Halaman tidak ditemukan"),
        ("/tolak/terlarang", 403, "tidak terbuka untuk Anda"),
        ("/tolak/sibuk", 503, "Sistem sedang sibuk"),
        ("/tolak/banyak", 429, "Terlalu banyak kiriman"),
        ("/rusak", 500, "kesalahan di pihak kami"),
        ("/aduan%00", 400, "tidak dapat dibaca"),
    ],
)
async def test_a_browser_gets_a_page_and_a_program_a_document(
    http: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    page = await http.get(path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert words in page.text
    assert '<html lang="id">' in page.text
    assert 'href="/awal"' in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    for accept in ("*/*", "application/json", ""):
        document = await http.get(path, headers={"Accept": accept})
        assert (document.status_code, document.headers["content-type"]) == (status, "application/problem+json")
        assert document.json()["status"] == status
        assert document.headers.get("retry-after") == page.headers.get("retry-after")
        assert document.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "status"), [("/tolak/sibuk", 503), ("/tolak/banyak", 429), ("/rusak", 500), ("/formulir", 403)]
)
@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
async def test_what_was_typed_is_kept_and_sent_again_with_a_fresh_token(
    http: httpx.AsyncClient, path: str, status: int, kind: str
) -> None:
    typed: dict[str, Any] = TYPED | {"csrf": "lama"}
    given: Any = (
        {"data": typed} if kind == "urlencoded" else {"files": {name: (None, value) for name, value in typed.items()}}
    )
    page = await http.post(f"{path}?a=1", headers=BROWSER, **given)
    again = fields(page)
    assert page.status_code == status
    assert {name: again[name] for name in TYPED} == TYPED
    assert f'action="{path}?a=1"' in page.text
    assert "Kirim lagi" in page.text
    assert "&lt;Samarinda&gt;" in page.text
    assert again["csrf"] != "lama"
    done = await http.post("/formulir", data=again, headers=BROWSER)
    assert done.status_code == 200
    assert "Jalan ini jalan kota" in done.text


@pytest.mark.parametrize("path", ["/tolak/terlarang", "/tolak/hilang", "/tolak/berubah", "/tolak/besar"])
async def test_where_sending_again_cannot_help_the_words_are_shown_to_copy(http: httpx.AsyncClient, path: str) -> None:
    page = await http.post(path, data=TYPED, headers=BROWSER)
    assert "Jalan ini jalan kota, bukan jalan provinsi" in page.text
    assert "Kirim lagi" not in page.text


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_form_that_is_too_large_shows_its_beginning(http: httpx.AsyncClient, chunked: bool) -> None:
    body = b"alasan=Jalan+berlubang+" + b"panjang+" * 200

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 100):
            yield body[start : start + 100]

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    page = await http.post("/kecil", content=parts() if chunked else body, headers=BROWSER | kind)
    assert page.status_code == 413
    assert "Kiriman terlalu besar" in page.text
    assert "Jalan berlubang panjang" in page.text
    assert (await http.post("/kecil", content=body, headers=kind)).json()["code"] == "too_large"


async def test_a_key_never_comes_back(http: httpx.AsyncClient) -> None:
    page = await http.post(
        "/formulir", data={"kunci": "tg_rahasia", "csrf": "lama", "tujuan": "/triase"}, headers=BROWSER
    )
    assert page.status_code == 403
    assert "tg_rahasia" not in page.text
    assert "Kirim lagi" not in page.text


async def test_a_foreign_pages_form_gets_no_button(http: httpx.AsyncClient) -> None:
    page = await http.post("/formulir", data=TYPED, headers=BROWSER | {"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert "Kirim lagi" not in page.text
    assert "csrf" not in fields(page)


async def test_a_session_that_ended_under_a_form_keeps_the_words(http: httpx.AsyncClient) -> None:
    page = await http.post("/habis", data=TYPED, headers=BROWSER)
    assert page.status_code == 401
    assert "Masuk di tab baru" in page.text
    assert fields(page)["alasan"] == TYPED["alasan"]
    assert (await http.post("/habis", data={"csrf": "x", "sekali": "y"}, headers=BROWSER)).text == "masuk"
    assert (await http.get("/habis", headers=BROWSER)).text == "masuk"


async def test_a_form_that_may_have_been_stored_is_not_said_to_be_lost(http: httpx.AsyncClient) -> None:
    page = await http.post("/tolak/putus", data=TYPED, headers=BROWSER)
    assert page.status_code == 503
    assert "mungkin sudah diterima" in page.text
    assert "belum diterima" not in page.text
    assert fields(page)["sekali"] == TYPED["sekali"]


async def test_a_broken_form_still_gets_its_page(http: httpx.AsyncClient) -> None:
    page = await http.post("/formulir", content=b"--x", headers=BROWSER | {"Content-Type": "multipart/form-data"})
    assert page.status_code == 400
    assert "tidak dapat dibaca" in page.text


async def test_a_document_with_any_text_can_be_written() -> None:
    """Surrogates in the name of a field once broke the answer that named it."""
    transport = httpx.ASGITransport(app=with_documents(), raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://uji") as client:
        answer = await client.post(
            "/uji", content=rb'{"\ud800": 1, "a\u0000": 2}', headers={"Content-Type": "application/json"}
        )
    assert (answer.status_code, [entry["field"] for entry in answer.json()["errors"]]) == (422, ["body", "a"])


def with_documents() -> Any:
    app = application()

    async def take(body: Empty) -> dict[str, str]:
        return {}

    app.add_api_route("/uji", take, methods=["POST"])
    return app
