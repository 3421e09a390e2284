"""Answers to errors: RFC 9457 problem documents, or pages for browsers. They never hold a traceback or content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from shared.clean import clean
from shared.errors import OurFailure, Refused, TooLarge, Unavailable, Unsure
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT, is_refused_data
from shared.web.sorry import Sorry, wants_page

log = get_logger()
MEDIA_TYPE = "application/problem+json"
_READING = frozenset({"GET", "HEAD"})
_TITLES = {404: "There is nothing here.", 405: "This method is not allowed here."}
# One document names at most this many errors, so that a body with a hundred thousand wrong fields gets a short answer.
_NAMED = 100
_LONGEST_FIELD = 200


def problem(
    status: int,
    title: str,
    *,
    code: str,
    detail: str | None = None,
    message: str | None = None,
    errors: Sequence[dict[str, str]] = (),
    retry_after: int | None = None,
) -> JSONResponse:
    """Return a problem document. Each entry of ``errors`` names a field and the reason.

    Title and detail are English, for programs. ``message`` is Indonesian, for the person behind the program.
    """
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code}
    if detail and detail != title:
        body["detail"] = detail
    if message:
        body["message"] = message
    if errors:
        body["errors"] = list(errors)
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return JSONResponse(clean(body), status_code=status, media_type=MEDIA_TYPE, headers=headers)


def of_refusal(refusal: Refused) -> JSONResponse:
    """Return the problem document of a refusal."""
    errors = [{"field": refusal.field, "reason": refusal.detail}] if refusal.field else []
    response = problem(
        refusal.status,
        refusal.title,
        code=refusal.code,
        detail=refusal.detail,
        message=refusal.own_message,
        errors=errors,
        retry_after=getattr(refusal, "retry_after", None),
    )
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def field_errors(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Return field and reason of each validation error, without the value that was sent."""
    found = []
    for entry in error.errors()[:_NAMED]:
        place = [str(part) for part in entry["loc"] if part not in ("body", "query", "path")]
        found.append({"field": ".".join(place)[:_LONGEST_FIELD] or "body", "reason": str(entry["msg"])})
    return found


def of_validation(error: ValidationError | RequestValidationError) -> JSONResponse:
    """Return a problem document with status 422 and every wrong field."""
    return problem(422, "The request is not valid.", code="invalid", errors=field_errors(error))


class Problems:
    """Turns every error of an application into an answer: a page for a browser, a problem document for a program."""

    def __init__(self, sorry: Sorry) -> None:
        self.sorry = sorry

    async def of_refusal(self, request: Request, refusal: Refused) -> Response:
        """Return the answer to a refusal."""
        return await self.sorry.of_refusal(request, refusal) if wants_page(request) else of_refusal(refusal)

    def install(self, app: FastAPI) -> None:
        """Register the handlers for every error of this application."""
        for passing in TRANSIENT:
            app.add_exception_handler(passing, self._away)
        app.add_exception_handler(Refused, self._refused)
        app.add_exception_handler(RequestValidationError, self._invalid)
        app.add_exception_handler(HTTPException, self._http)
        app.add_exception_handler(ClientDisconnect, self._gone)

    async def _refused(self, request: Request, error: Exception) -> Response:
        return await self.of_refusal(request, error if isinstance(error, Refused) else OurFailure())

    async def _invalid(self, request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return await self.sorry.page(request, 422) if wants_page(request) else of_validation(error)

    async def _http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        if status == 413:
            return await self.of_refusal(request, TooLarge(str(getattr(error, "detail", "")) or None))
        if wants_page(request):
            response = await self.sorry.page(request, status)
        else:
            response = problem(status, _TITLES.get(status, "The request cannot be served."), code=f"http_{status}")
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    async def _away(self, request: Request, error: Exception) -> Response:
        """Answer 503, because Postgres does not answer.

        A value that Postgres refuses is an error of ours and is raised again.

        A write may have been committed before its connection broke, so it gets Unsure instead of Unavailable.
        """
        if is_refused_data(error):
            raise error
        log.warning("http.unavailable", route=request.url.path.split("/")[1:2], error=type(error).__name__)
        return await self.of_refusal(request, Unavailable() if request.method in _READING else Unsure())

    async def _gone(self, _request: Request, _error: Exception) -> Response:
        """Answer nobody, because the client has left while it sent its body."""
        return Response(status_code=408)
