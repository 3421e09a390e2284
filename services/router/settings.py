"""What this service must be told."""

from __future__ import annotations

from typing import ClassVar

from pydantic import field_validator

from services.router.rules.external import Closing
from shared.reference import opds
from shared.settings import Settings


class RouterSettings(Settings):
    """``opds``: codes of the agencies whose topics are read, separated by commas; empty means all."""

    service: ClassVar[str] = "router"

    port: int = 8002
    gather_ms: int = 0  # a citizen waits for what it reads to reach the agency
    opds: str = ""
    # When SP4N closes or archives a case that is open here: `answered` ends it here where an OPD of ours has answered and asks a
    # person otherwise; `always` ends it; `never` asks a person each time. The reporter's own closing there is always followed.
    sp4n_closing: Closing = "answered"

    @field_validator("opds")
    @classmethod
    def _known(cls, value: str) -> str:
        unknown = {code.strip() for code in value.split(",") if code.strip()} - set(opds())
        if unknown:
            raise ValueError(f"names agencies that are not in the table: {', '.join(sorted(unknown))}")
        return value

    @property
    def opd_codes(self) -> tuple[str, ...]:
        """The agencies whose topics are read."""
        return tuple(code.strip() for code in self.opds.split(",") if code.strip()) or tuple(opds())
