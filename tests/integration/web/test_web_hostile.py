"""No input makes an error of ours: values that no person types, in every place where a request has room for one."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Route

from tests.support import hostile
from tests.support.doors import Door

# The thousands of requests of one service take a while on a busy machine.
pytestmark = pytest.mark.timeout(300)
SERVICES = ("intake", "router", "sla", "notifier")
BROWSER = "text/html,*/*;q=0.8"
ACTS = {
    "intake": ("balas", "selesai", "belum", "nilai", "tarik"),
    "router": ("tunjuk", "teruskan", "tanya", "arsip", "gabung", "golongkan"),
    "sla": ("off", "on", "cabut"),
    "notifier": ("",),
}


class Asker:
    """Asks one door and collects what answered with an error of ours."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.http = httpx.Client(base_url=door.address, trust_env=False, timeout=30)
        self.broken: list[str] = []
        self.asked = 0

    def ask(self, what: Any, method: str, path: str, **given: Any) -> None:
        self.asked += 1
        try:
            with self.http.stream(method, self.door.address + path, **given) as answer:
                status = answer.status_code
                # A live stream has no end to wait for.
                if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                    answer.read()
        except httpx.TransportError as error:
            self.broken.append(f"{type(error).__name__} {method} {path[:60]}: {str(what)[:80]!r}")
        else:
            if status >= 500:
                self.broken.append(f"{status} {method} {path[:60]}: {str(what)[:80]!r}")

    def routes(self, *methods: str) -> Iterator[tuple[str, str]]:
        """Method and template of every route with one of these methods."""
        for route in self.door.app.routes:
            if isinstance(route, Route):
                yield from ((method, route.path) for method in methods if method in (route.methods or ()))

    def parameters(self, template: str) -> list[str]:
        """The query parameters that a route declares; those of all pages for a page."""
        for route in self.door.app.routes:
            if isinstance(route, APIRoute) and route.path == template:
                return [field.alias for field in route.dependant.query_params]
        return list(hostile.QUERY[:11]) if "/v1/" not in template and "static" not in template else []

    def filled(self, template: str, value: str | None = None) -> str:
        """The path with what the service knows in its places, or the same value in all."""
        known = {
            "ticket": self.door.ticket,
            "case": self.door.ticket,
            "secret": self.door.secret or "x",
            "act": "replies",
            "message": hostile.UUID_1,
            "opd": "dishub",
            "day": "2026-12-09",
            "channel": "email",
            "number": "1",
            "name": "icon.svg",
        }
        return re.sub(r"{(\w+)(:\w+)?}", lambda found: known.get(found[1], "x") if value is None else value, template)

    def login(self) -> str:
        """A session as koordinator where the service has one; gives the form's token."""
        page = self.http.get("/masuk")
        if page.status_code == 200:
            answer = self.http.post("/masuk", data={"csrf": _token(page), "kunci": self.door.keys["koordinator"]})
            assert answer.status_code == 303
        pages = {"intake": f"/aduan/{self.door.ticket}", "router": "/triase", "sla": "/kalender"}
        return _token(self.http.get(pages[self.door.name])) if self.door.name in pages else ""


def _token(page: httpx.Response) -> str:
    return str(re.findall(r'name="csrf" value="([^"]*)"', page.text)[0])


@pytest.fixture(params=SERVICES)
def asker(request: pytest.FixtureRequest, doors: dict[str, Door]) -> Iterator[Asker]:
    own = Asker(doors[request.param])
    yield own
    own.http.close()
    assert own.broken == [], "\n".join(own.broken)


def test_addresses(asker: Asker) -> None:
    asker.login()
    bearers = [asker.door.bearer(role) for role in asker.door.keys]
    for method, template in asker.routes("GET", "POST"):
        for value in hostile.WRITTEN if "{" in template else ():
            asker.ask(value, method, asker.filled(template, value), headers=bearers[0])
    for method, template in asker.routes("GET"):
        for number, value in enumerate(hostile.WRITTEN):
            every = "&".join(f"{name}={value[:1000]}&{name}={value[:1000]}" for name in hostile.QUERY)
            asker.ask(value, method, f"{asker.filled(template)}?{every}", headers=bearers[number % len(bearers)])
        for name in asker.parameters(template):
            for value in hostile.ALONE:
                asker.ask(
                    f"{name}={value}", method, f"{asker.filled(template)}?opd=dishub&{name}={value}", headers=bearers[0]
                )


def test_documents(asker: Asker) -> None:
    roles = list(asker.door.keys)
    for method, template in asker.routes("POST", "PUT"):
        if not template.startswith("/v1/"):
            continue
        path, body = asker.filled(template), hostile.DOCUMENTS.get(template, {"why": "x"})
        secret = {"X-Complaint-Secret": asker.door.secret} if asker.door.secret else {}
        for number, raw in enumerate(hostile.BODIES):
            for kind in ("application/json", "text/plain", "application/json; charset=\xff"):
                headers = asker.door.bearer(roles[number % len(roles)]) | secret | {"Content-Type": kind}
                sent = {name: value.encode("latin-1") for name, value in headers.items()}
                asker.ask(raw[:30], method, path, content=raw, headers=sent)
        for number, (name, usual) in enumerate(body.items()):
            headers = asker.door.bearer(roles[number % len(roles)]) | secret | {"Content-Type": "application/json"}
            values = (*hostile.VALUES, *hostile.NESTED, *hostile.TOML) if asker.door.name == "sla" else hostile.VALUES
            changed = [body | {name: value} for value in values]
            if isinstance(usual, dict):
                changed += [body | {name: usual | {field: value}} for field in usual for value in hostile.VALUES]
            for document in changed:
                asker.ask(
                    f"{name}: {str(document[name])[:60]}", method, path, content=json.dumps(document), headers=headers
                )


def test_forms(asker: Asker) -> None:
    token = asker.login()
    for method, template in asker.routes("POST"):
        if template.startswith("/v1/") or template == "/keluar":
            continue
        path = asker.filled(template)
        for act in ACTS[asker.door.name]:
            usual = {
                "csrf": token,
                "tindakan": act,
                "jenis": act,
                "versi": "0",
                "alasan": "uji coba",
                "tanggal": "2026-12-09",
            }
            for value in hostile.TEXTS:
                everywhere = usual | {
                    name: value for name in hostile.FIELDS if name not in ("tindakan", "jenis", "versi")
                }
                asker.ask(f"{act}: {value}", method, path, data=everywhere, headers={"Accept": BROWSER})
                asker.ask(f"{act} without a token: {value}", method, path, data=everywhere | {"csrf": value})
            for name in hostile.FIELDS if act == ACTS[asker.door.name][0] else ():
                for value in hostile.TEXTS[2:6:2]:
                    asker.ask(f"{act} {name}={value}", method, path, data=usual | {name: value})
        for value in hostile.NESTED:
            for name in ("isi", "keterangan"):
                asker.ask(f"{name}={value[:20]}", method, path, data=usual | {name: value}, headers={"Accept": BROWSER})
        for kind, raw in hostile.FORMS:
            for accept in (BROWSER, "*/*"):
                asker.ask(
                    kind,
                    method,
                    path,
                    content=raw,
                    headers={"Content-Type": kind.encode("latin-1"), "Accept": accept.encode()},
                )


def test_headers_and_cookies(asker: Asker) -> None:
    valid = asker.door.bearer(next(iter(asker.door.keys)))["Authorization"].encode()
    for method, template in asker.routes("GET", "POST", "PUT"):
        for value in hostile.WEIRD:
            for authorization in (valid, value, b"Bearer " + value):
                headers = [(b"Authorization", authorization), *((name.encode(), value) for name in hostile.HEADERS)]
                asker.ask(value, method, asker.filled(template), headers=headers)


@pytest.mark.parametrize("name", SERVICES)
def test_bytes_that_are_hardly_http(doors: dict[str, Door], name: str) -> None:
    port = int(doors[name].address.rpartition(":")[2])
    for raw in hostile.RAW:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(raw)
            wire.shutdown(socket.SHUT_WR)
            told = wire.recv(100)
            assert not told.startswith(b"HTTP/1.1 5"), (raw[:60], told)
