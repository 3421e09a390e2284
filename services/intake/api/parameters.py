"""The parameters and refusals that several of intake's routes share, with their descriptions."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Header, Path

from shared.openapi import refusal

# Its length is checked by the routes, which know what a longer one means to them.
IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="A repeat with the same key gets the first answer. "
        "The same key with another body is refused (409).",
        json_schema_extra={"maxLength": 200},
    ),
]
TicketInPath = Annotated[
    str,
    Path(
        description="The ticket, such as KT-7F3K-9Q2M-X, in either case, with or without hyphens.",
        examples=["KT-7F3K-9Q2M-X"],
    ),
]
ComplaintSecret = Annotated[
    str | None,
    Header(
        alias="X-Complaint-Secret",
        description="The last part of the secret link. The key of the adapter that filed the complaint serves as well.",
    ),
]

# Refusals of routes that need no key, and of which `shared.openapi` therefore cannot know.
Refusals = dict[int | str, dict[str, Any]]
UNAUTHENTICATED: Final[Refusals] = {401: refusal(401) | {"description": "no valid key"}}
FORBIDDEN: Final[Refusals] = {403: refusal(403) | {"description": "the secret or the signature does not allow this"}}
