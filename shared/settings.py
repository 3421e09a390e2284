"""Settings from the environment: `TANGGAP_<SERVICE>_<FIELD>` first, then `TANGGAP_<FIELD>`."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class Settings(BaseSettings):
    """The settings that every service needs.

    ``secret`` is at least 32 bytes in hex, for sessions, contact ids and claim hashes.

    ``gather_ms`` is how long a fetch of other services' records may wait for more, in milliseconds. A step of thirty
    records costs little more than a step of one, and nobody waits for these records.
    """

    model_config = SettingsConfigDict(extra="ignore")
    service: ClassVar[str] = "tanggap"

    dsn: SecretStr
    owner_dsn: SecretStr | None = None
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_user: str | None = None
    kafka_password: SecretStr | None = None
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_mechanism: Literal["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"] = "SCRAM-SHA-512"
    kafka_ca: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    ops_port: int = Field(default=0, ge=0, le=65535)
    clock_file: Path | None = None
    secret: SecretStr = Field(min_length=64)
    public_url: str = "http://127.0.0.1:8001"
    # The router keeps the accounts of officers. `console_url` is its address for browsers. `accounts_url` is its
    # address for the other services, which ask it whose session a cookie is. Empty: their pages take keys only.
    console_url: str = "http://127.0.0.1:8002"
    accounts_url: str = ""
    # The reverse proxies in front, as addresses or networks separated by commas. X-Forwarded-For and X-Forwarded-Proto
    # are trusted only from them; anybody else could invent an address.
    trusted_proxies: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    batch_size: int = Field(default=500, ge=1, le=5000)
    pool_size: int = Field(default=6, ge=2, le=100)
    gather_ms: int = Field(default=50, ge=0, le=1000)
    replica: str = "1"
    # Open connections of the HTTP port, in all and of one address. When they are used up, idle ones are closed.
    connections: int = Field(default=2_000, ge=10, le=100_000)
    connections_per_address: int = Field(default=500, ge=5, le=100_000)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (pydantic-settings gives all of them)
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        own = EnvSettingsSource(settings_cls, env_prefix=f"TANGGAP_{cls.service.upper()}_")
        common = EnvSettingsSource(settings_cls, env_prefix="TANGGAP_")
        return init_settings, own, common

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        try:
            for part in value.split(","):
                _ = part.strip() and ip_network(part.strip())
        except ValueError:
            raise ValueError("must be addresses or networks such as 10.0.0.0/8, separated by commas") from None
        return value

    @property
    def proxies(self) -> tuple[str, ...]:
        """The addresses and networks of the trusted reverse proxies."""
        return tuple(part.strip() for part in self.trusted_proxies.split(",") if part.strip())

    @property
    def secret_bytes(self) -> bytes:
        """The secret as bytes."""
        return bytes.fromhex(self.secret.get_secret_value())


S = TypeVar("S", bound=Settings)


class WrongSetting(SystemExit):
    """Ends the start with one line that names the wrong setting."""


def load(kind: type[S]) -> S:
    """Return the settings from the environment.

    Raises WrongSetting when one is missing or wrong; its message never shows a value.
    """
    try:
        settings = kind()
        _ = settings.secret_bytes
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise WrongSetting(f"TANGGAP_{kind.service.upper()}_{name.upper()}: {first['msg']}") from None
    except ValueError:
        raise WrongSetting(
            f"TANGGAP_{kind.service.upper()}_SECRET: must be hexadecimal, at least 64 characters"
        ) from None
    return settings


__all__ = ["Settings", "WrongSetting", "load"]
