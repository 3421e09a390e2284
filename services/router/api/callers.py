"""The roles that may call the API, and the header with which a caller repeats a request safely."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Header

from services.router.actions.case_commands import DESK_ROLES

OFFICER: Final = "officer"
READERS: Final = (OFFICER, *DESK_ROLES)
Idempotency = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
