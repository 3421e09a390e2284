"""Intake's settings: `TANGGAP_INTAKE_…`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from shared.settings import Settings
from shared.tally import Allowance


class IntakeSettings(Settings):
    """``whatsapp_app_secrets``: one or, during a rotation, two, separated by a comma; empty turns the webhook off."""

    service: ClassVar[str] = "intake"

    whatsapp_app_secrets: SecretStr = SecretStr("")
    whatsapp_verify_token: SecretStr = SecretStr("")
    # The id of our WhatsApp Business Account: what is said of another one's state is dropped. Empty: any account is ours.
    whatsapp_account: str = ""
    # Items a second that one key may send, and how many at once; a list counts each of its items.
    adapter_rate: float = Field(default=2000, gt=0)
    adapter_burst: int = Field(default=20_000, ge=500)
    # Forms a minute from one address, and how many at once. Thousands share the address of a phone network, and a flood
    # makes many of them write in the same minute: they queue for up to `web_wait_s` seconds before they are asked to repeat.
    web_rate: float = Field(default=600, gt=0)
    web_burst: int = Field(default=300, ge=1)
    web_wait_s: float = Field(default=30, ge=0, le=50)
    # Forms a minute from one browser, and how many at once: a volunteer who files for a village needs a few.
    visitor_rate: float = Field(default=12, gt=0)
    visitor_burst: int = Field(default=20, ge=1)
    # Tickets a minute that one address may ask for in vain, and how many at once.
    lookup_rate: float = Field(default=30, gt=0)
    lookup_burst: int = Field(default=60, ge=1)
    # How much one complaint takes of its reporter: acts and bytes of text, a day (WITA) and altogether.
    complaint_acts_a_day: int = Field(default=40, ge=5)
    complaint_bytes_a_day: int = Field(default=150_000, ge=80_000)
    complaint_acts: int = Field(default=400, ge=20)
    complaint_bytes: int = Field(default=600_000, ge=100_000, le=2_000_000)
    # An open row of an SP4N export whose last activity lies further back than this is history: taken over in its state, told to
    # each agency in one summary, without escalations. `--history` and the import page's choice go before it.
    sp4n_history_days: int = Field(default=30, ge=0, le=3660)
    # Which front doors this process opens besides health and reading: all of them, or one channel's.
    channels: str = "web,whatsapp,sp4n,adapter"

    @field_validator("channels")
    @classmethod
    def _known(cls, value: str) -> str:
        unknown = {part.strip() for part in value.split(",")} - {"web", "whatsapp", "sp4n", "adapter"}
        if unknown:
            raise ValueError("must name web, whatsapp, sp4n or adapter, separated by commas")
        return value

    @property
    def allowance(self) -> Allowance:
        """How much one complaint takes of its reporter."""
        return Allowance(self.complaint_acts_a_day, self.complaint_bytes_a_day, self.complaint_acts, self.complaint_bytes)

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """The live secrets of the WhatsApp application."""
        return tuple(part.strip() for part in self.whatsapp_app_secrets.get_secret_value().split(",") if part.strip())

    @property
    def doors(self) -> frozenset[str]:
        """The channels whose doors are open."""
        return frozenset(part.strip() for part in self.channels.split(","))
