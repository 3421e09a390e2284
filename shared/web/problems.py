"""RFC 9457 problem documents: what was wrong, where, and what to do. Never a traceback, never content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from shared.errors import Failed, Refused, Unavailable, Unsure
from shared.observability.logs import get_logger
from shared.postgres.errors import TRANSIENT, is_refused_data

log = get_logger()
MEDIA_TYPE = "application/problem+json"
_READING = frozenset({"GET", "HEAD"})


def problem(
    status: int,
    title: str,
    *,
    code: str,
    detail: str | None = None,
    errors: Sequence[dict[str, str]] = (),
    retry_after: int | None = None,
) -> JSONResponse:
    """A problem document; ``errors`` name field and reason, one each."""
    body: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code}
    if detail and detail != title:
        body["detail"] = detail
    if errors:
        body["errors"] = list(errors)
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else None
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def of_refusal(refusal: Refused) -> JSONResponse:
    """The problem document of a refusal."""
    errors = [{"field": refusal.field, "reason": refusal.detail}] if refusal.field else []
    response = problem(
        refusal.status,
        refusal.title,
        code=refusal.code,
        detail=refusal.detail,
        errors=errors,
        retry_after=getattr(refusal, "retry_after", None),
    )
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def field_errors(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Field and reason of each validation error, without the value that was sent."""
    found = []
    for entry in error.errors():
        place = [str(part) for part in entry["loc"] if part not in ("body", "query", "path")]
        found.append({"field": ".".join(place) or "body", "reason": str(entry["msg"])})
    return found


def of_validation(error: ValidationError | RequestValidationError) -> JSONResponse:
    """422 with every field that is wrong."""
    return problem(422, "The request is not valid.", code="invalid", errors=field_errors(error))


def install(app: FastAPI) -> None:
    """Make every error of this application a problem document."""

    async def refused(_request: Request, error: Exception) -> Response:
        return of_refusal(error if isinstance(error, Refused) else Failed())

    async def invalid(_request: Request, error: Exception) -> Response:
        if isinstance(error, RequestValidationError | ValidationError):
            return of_validation(error)
        return of_refusal(Failed())

    async def http(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        titles = {404: "There is nothing here.", 405: "This method is not allowed here."}
        return problem(status, titles.get(status, "The request cannot be served."), code=f"http_{status}")

    async def failed(request: Request, error: Exception) -> Response:
        log.error("http.failed", route=request.url.path.split("/")[1:2], error=type(error).__name__)
        return of_refusal(Failed())

    async def away(request: Request, error: Exception) -> Response:
        """Postgres does not answer: the caller may come again. A value it refuses is an error of ours.

        What a door does in a transaction of its own may have been done when its connection broke, so that is not denied.
        """
        if is_refused_data(error):
            return await failed(request, error)
        log.warning("http.unavailable", route=request.url.path.split("/")[1:2], error=type(error).__name__)
        return of_refusal(Unavailable() if request.method in _READING else Unsure())

    for passing in TRANSIENT:
        app.add_exception_handler(passing, away)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, failed)
