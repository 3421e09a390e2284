"""The body of a request as it arrives.

It is limited in size, and a form is kept so that an error page can show it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

SCOPE_KEY = "tanggap.heard"
KEPT_BYTES = 1_048_576
_FORMS = (b"application/x-www-form-urlencoded", b"multipart/form-data")


class BodyTooLarge(HTTPException):
    """The body grew over its limit while it was read."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"at most {limit} bytes are taken here")


class Heard:
    """Wraps an ASGI ``receive``. Raises BodyTooLarge when more than ``limit`` bytes arrive."""

    def __init__(self, scope: Scope, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._taken = 0
        self._done = False
        self._parts: list[bytes] = []
        self._headers = scope["headers"]
        self._is_form = False
        for name, value in self._headers:
            if name == b"content-type":
                self._is_form = value.lower().startswith(_FORMS)
                break

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request":
            self._done = True
            return message
        body = message.get("body", b"")
        if self._is_form and self._taken < KEPT_BYTES:
            self._parts.append(body[: KEPT_BYTES - self._taken])
        self._taken += len(body)
        self._done = not message.get("more_body", False)
        if self._taken > self._limit:
            raise BodyTooLarge(self._limit)
        return message

    async def typed(self) -> dict[str, str]:
        """Return the text fields of the form, even when nothing has read it yet.

        Of a form that is too large, return its beginning.
        """
        if not self._is_form:
            return {}
        while not self._done and self._taken < KEPT_BYTES:
            try:
                await self()
            except BodyTooLarge:
                break
        body = b"".join(self._parts)

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        request = Request({"type": "http", "method": "POST", "headers": self._headers, "app": None}, replay)
        try:
            async with request.form(max_files=10, max_fields=200) as form:
                return {name: value for name, value in form.items() if isinstance(value, str)}
        except HTTPException:  # a broken form has no fields to give back
            return {}
