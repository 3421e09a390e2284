"""The HTTP calls of the SP4N stub, under any base path, and the orders by which a test or the demo rules it."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deploy.local.demo.stubs.sp4n.book import Book, NoSuchComplaint
from deploy.local.demo.stubs.sp4n.masters import INSTITUTIONS, template_rows
from deploy.local.demo.stubs.sp4n.traps import BrokenResponse, Traps, refusal

MOST_ON_PAGE: Final = 20
_NUMBERS: Final = ("channel", "classification_id", "category_id")
_REFUSED: Final = frozenset(("drop", "error", "throttle"))


class Sp4n:
    """The stub. ``token`` is the bearer token and ``guid`` the second one, which stands in the header `token`."""

    def __init__(self, token: str, guid: str, journal: Path | None = None) -> None:
        self.book, self.traps = Book(journal), Traps()
        self._token, self._guid = token, guid
        self._later: set[asyncio.Task[None]] = set()

    def routes(self) -> list[Route]:
        """Return the routes: the calls below `/sp4n`, the orders and what people of SP4N do below `/sp4n-stub`."""
        base = "/sp4n/{base:path}"
        return [
            Route(f"{base}/complaints/complaint/file", self._take_files, methods=["POST"]),
            Route(f"{base}/complaints/complaint", self._create, methods=["POST"]),
            Route(f"{base}/complaints/complaint", self._search, methods=["GET"]),
            Route(f"{base}/complaints/process/{{id:int}}/reject", self._reject, methods=["POST"]),
            Route(f"{base}/complaints/followup/add", self._follow, methods=["POST"]),
            Route(f"{base}/complaints/{{id:int}}/complaint", self._read, methods=["GET"]),
            Route(f"{base}/complaints/{{id:int}}/followups", self._followups, methods=["GET"]),
            Route(f"{base}/masters/institutions/external", self._institutions, methods=["GET"]),
            Route(f"{base}/masters/templates", self._templates, methods=["GET"]),
            Route("/sp4n-stub/orders", self._order, methods=["POST"]),
            Route("/sp4n-stub/complaints", self._all, methods=["GET"]),
            Route("/sp4n-stub/complaints", self._add, methods=["POST"]),
            Route("/sp4n-stub/complaints/{id:int}", self._act, methods=["POST"]),
        ]

    async def _take_files(self, request: Request) -> Response:
        async with request.form() as form:
            sizes = [len(await one.read()) for one in form.getlist("attachments[]") if isinstance(one, UploadFile)]
        left_out: list[int] = []

        def keep() -> dict[str, Any]:
            return {"results": {"docs": [{"id": self.book.add_file(size)} for size in sizes[len(left_out) :]]}}

        return await self._call(request, "file", keep, skipped=left_out)

    async def _create(self, request: Request) -> Response:
        values = await _fields(request)
        if wrong := _wrong(values):
            return JSONResponse({"message": "The given data was invalid.", "errors": wrong}, status_code=422)
        return await self._call(request, "create", lambda: {"complaint_id": self.book.create(values)})

    async def _search(self, request: Request) -> Response:
        words = request.query_params.get("search", "")
        return await self._call(request, "search", lambda: _page(request, self.book.search(words) if words else []))

    async def _reject(self, request: Request) -> Response:
        values, number = await _fields(request), request.path_params["id"]
        if str(values.get("not_authority")) != "1" or not str(values.get("reason", "")).isdecimal():
            return JSONResponse({"message": "The given data was invalid."}, status_code=422)

        def reject() -> dict[str, Any]:
            self.book.reject(number, values)
            return {"status": "success"}

        return await self._call(request, "reject", reject)

    async def _follow(self, request: Request) -> Response:
        values = await _fields(request)
        number = str(values.get("complaint_id", ""))
        if not number.isdecimal():
            return JSONResponse({"message": "The given data was invalid."}, status_code=422)
        left_out: list[int] = []

        def follow() -> dict[str, Any]:
            kept = values.get("attachments", [])[len(left_out) :]
            return {
                "status": "success",
                "results": {"id": self.book.follow(int(number), values | {"attachments": kept})},
            }

        return await self._call(request, "followup", follow, skipped=left_out)

    async def _read(self, request: Request) -> Response:
        def read() -> dict[str, Any]:
            found = self.book.find(request.path_params["id"])
            return {"results": {"data": found["data"], "data_logs": found["logs"]}}

        return await self._call(request, "read", read)

    async def _followups(self, request: Request) -> Response:
        number = request.path_params["id"]
        return await self._call(request, "followups", lambda: _page(request, self.book.find(number)["followups"]))

    async def _institutions(self, request: Request) -> Response:
        return await self._call(request, "masters", lambda: _page(request, list(INSTITUTIONS)))

    async def _templates(self, request: Request) -> Response:
        return await self._call(request, "masters", lambda: _page(request, template_rows()))

    async def _call(
        self, request: Request, call: str, work: Callable[[], dict[str, Any]], skipped: list[int] | None = None
    ) -> Response:
        """Do the work of a call with the trap that happens to it, and return its answer."""
        given = request.headers.get("auth") or request.headers.get("authorization")
        if given != f"Bearer {self._token}" or request.headers.get("token") != self._guid:
            return JSONResponse({"message": "Unauthenticated."}, status_code=401)
        trap = self.traps.next(call)
        if trap in _REFUSED:
            return refusal(trap)
        if trap == "no_id":
            return JSONResponse({"status": "success"})
        if trap == "late":
            self._remember(asyncio.create_task(self._do_late(work)))
            await asyncio.sleep(self.traps.hang_s)
            return refusal("error")
        if trap == "delay":
            await asyncio.sleep(self.traps.delay_s)
        if trap == "skip_file" and skipped is not None:
            skipped.append(1)
        try:
            answer = work()
        except NoSuchComplaint:
            return JSONResponse({"message": "Not found."}, status_code=404)
        if trap == "hang":
            await asyncio.sleep(self.traps.hang_s)
        if trap == "cut":
            return BrokenResponse()
        if trap == "error_kept":
            return refusal("error")
        return JSONResponse({"status": "success"} if trap == "no_id_kept" else answer)

    async def _do_late(self, work: Callable[[], dict[str, Any]]) -> None:
        await asyncio.sleep(self.traps.late_s)
        work()

    def _remember(self, task: asyncio.Task[None]) -> None:
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _order(self, request: Request) -> Response:
        try:
            self.traps.order(await request.json())
        except (ValueError, KeyError) as wrong:
            return JSONResponse({"message": f"unknown: {wrong}"}, status_code=422)
        return JSONResponse({"happened": dict(self.traps.happened)})

    async def _all(self, _request: Request) -> Response:
        return JSONResponse([one | {"number": number} for number, one in self.book.complaints.items()])

    async def _add(self, request: Request) -> Response:
        for one in await request.json():
            self.book.put(one)
        return JSONResponse({})

    async def _act(self, request: Request) -> Response:
        """Let SP4N's people act: `follow` adds a follow-up, `change` sets fields of the complaint."""
        wanted, number = await request.json(), request.path_params["id"]
        try:
            if "follow" in wanted:
                self.book.follow(number, wanted["follow"])
            if "change" in wanted:
                self.book.change(number, wanted["change"])
        except NoSuchComplaint:
            return JSONResponse({"message": "Not found."}, status_code=404)
        return JSONResponse({})


async def _fields(request: Request) -> dict[str, Any]:
    """Return the fields of a body in JSON or of a form. Of a file only its name is kept."""
    if request.headers.get("content-type", "").startswith("application/json"):
        values = await request.json()
        return values if isinstance(values, dict) else {}
    async with request.form() as form:
        files = [one.filename for one in form.values() if isinstance(one, UploadFile)]
        fields: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return fields | ({"attachments": files} if files else {})


def _wrong(values: dict[str, Any]) -> list[str]:
    """Return the names of the wrong fields of a new complaint."""
    wrong = [name for name in ("title", "content") if not str(values.get(name) or "").strip()]
    wrong += [name for name in _NUMBERS if not isinstance(values.get(name), int)]
    if values.get("is_disposisi_slider") and not isinstance(values.get("disposition_id"), int):
        wrong.append("disposition_id")
    named = values.get("user_id") or (values.get("is_new_user_slider") and values.get("nameUser"))
    if not named:
        wrong.append("user_id")
    try:
        files = json.loads(values.get("attachments") or "[]")
    except (TypeError, ValueError):
        files = None
    if not isinstance(values.get("attachments") or "", str) or not isinstance(files, list):
        wrong.append("attachments")
    return wrong


def _page(request: Request, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one page of a list. No page is longer than 20 entries, whatever the caller asks for."""
    size = min(MOST_ON_PAGE, max(1, _whole(request.query_params.get("page_size"), 10)))
    page = max(1, _whole(request.query_params.get("page"), 1))
    return {"results": {"data": rows[(page - 1) * size : page * size], "total": len(rows), "page": page}}


def _whole(written: str | None, otherwise: int) -> int:
    return int(written) if written and written.isdecimal() else otherwise
