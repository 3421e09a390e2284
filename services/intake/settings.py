"""Intake's settings: `TANGGAP_INTAKE_…`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from shared.settings import Settings


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
    # Forms a minute from one block of addresses (an IPv4 /24, an IPv6 /56), and how many at once.
    web_rate: float = Field(default=20, gt=0)
    web_burst: int = Field(default=40, ge=1)
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
    def app_secrets(self) -> tuple[str, ...]:
        """The live secrets of the WhatsApp application."""
        return tuple(part.strip() for part in self.whatsapp_app_secrets.get_secret_value().split(",") if part.strip())

    @property
    def doors(self) -> frozenset[str]:
        """The channels whose doors are open."""
        return frozenset(part.strip() for part in self.channels.split(","))
