"""The owner of deadlines as a query names it: an OPD's code, or triage."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from services.sla.state import UNOWNED
from shared.errors import Invalid
from shared.reference import opds

Owner = Annotated[str, Query(description="an OPD's code, or triage for what nobody has taken")]


def is_owner(code: str) -> bool:
    """Return whether cases may belong to this code."""
    return code == UNOWNED or code in opds()


def check_owner(code: str) -> None:
    """Raise Invalid for a code that no OPD has."""
    if not is_owner(code):
        raise Invalid("no OPD has this code", field="opd")
