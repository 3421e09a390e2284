"""What this service must be told."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from shared.reference import opds
from shared.settings import Settings


class RouterSettings(Settings):
    """``opds``: codes of the agencies whose topics are read, separated by commas; empty means all.

    ``put_off_days``, ``put_off_times``: how far from today, and how often in one round, an OPD may put a case off.
    """

    service: ClassVar[str] = "router"

    port: int = 8002
    gather_ms: int = 0  # a citizen waits for what it reads to reach the agency
    opds: str = ""
    put_off_days: int = Field(default=60, ge=1, le=366)
    put_off_times: int = Field(default=3, ge=0, le=100)

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
