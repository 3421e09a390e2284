"""What this service must be told."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from services.router.rules.external import Closing
from shared.reference import opds
from shared.settings import Settings
from shared.tally import Allowance


class RouterSettings(Settings):
    """``opds``: codes of the agencies whose topics are read, separated by commas; empty means all.

    ``put_off_days``, ``put_off_times``: how far from today, and how often in one round, an OPD may put a case off.
    """

    service: ClassVar[str] = "router"

    port: int = 8002
    gather_ms: int = 0  # a citizen waits for what it reads to reach the agency
    opds: str = ""
    # How much one case takes of its OPD: acts and bytes of text, a day (WITA) and altogether. A desk has four times as much.
    case_acts_a_day: int = Field(default=50, ge=5)
    case_bytes_a_day: int = Field(default=150_000, ge=20_000)
    case_acts: int = Field(default=500, ge=20)
    case_bytes: int = Field(default=600_000, ge=100_000, le=2_000_000)
    put_off_days: int = Field(default=60, ge=1, le=366)
    put_off_times: int = Field(default=3, ge=0, le=100)
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
    def allowance(self) -> Allowance:
        """How much one case takes of its OPD."""
        return Allowance(self.case_acts_a_day, self.case_bytes_a_day, self.case_acts, self.case_bytes)

    @property
    def opd_codes(self) -> tuple[str, ...]:
        """The agencies whose topics are read."""
        return tuple(code.strip() for code in self.opds.split(",") if code.strip()) or tuple(opds())
