"""Settings from the environment: `TANGGAP_<SERVICE>_<FIELD>` first, then `TANGGAP_<FIELD>`."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict


class Settings(BaseSettings):
    """The settings that every service needs.

    The text below a field is its description. `deploy/settings_page.py` writes docs/operations/settings.md from it.
    """

    model_config = SettingsConfigDict(extra="ignore", use_attribute_docstrings=True)
    service: ClassVar[str] = "tanggap"

    dsn: SecretStr
    """The address of the database, with the role and the password of this service."""
    owner_dsn: SecretStr | None = None
    """The address of the database for the schema's owner. Only `migrate` needs it; no running service may know it."""
    kafka_bootstrap: str = "127.0.0.1:9092"
    """Kafka's brokers, as `host:port` separated by commas."""
    kafka_user: str | None = None
    """The Kafka user of this service."""
    kafka_password: SecretStr | None = None
    """The password of the Kafka user."""
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """The protocol with Kafka: with or without a login (`SASL`) and encryption (`SSL`)."""
    kafka_mechanism: Literal["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"] = "SCRAM-SHA-512"
    """The mechanism of the login at Kafka."""
    kafka_ca: Path | None = None
    """The file of the authority that signed the brokers' certificates."""
    host: str = "127.0.0.1"
    """The address on which the service listens."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port of the service's own interface."""
    ops_port: int = Field(default=0, ge=0, le=65535)
    """The port of health and metrics; 0: none."""
    clock_file: Path | None = None
    """For demonstrations only: domain time comes from this file and stands still between its steps."""
    secret: SecretStr = Field(min_length=64)
    """At least 32 bytes in hexadecimal, for sessions, contact ids, links and claim hashes. Intake and router need the
    same."""
    public_url: str = "http://127.0.0.1:8001"
    """The address of intake for browsers. It stands in the links that citizens get."""
    console_url: str = "http://127.0.0.1:8002"
    """The address of the router for browsers. People sign in there."""
    accounts_url: str = ""
    """The address of the router for the other services, which ask it whose session a cookie is. Empty: their pages take
    keys only."""
    trusted_proxies: str = ""
    """The reverse proxies in front, as addresses or networks separated by commas. `X-Forwarded-For` and
    `X-Forwarded-Proto` count only from them, because anybody else could invent an address."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least important lines that are logged."""
    batch_size: int = Field(default=500, ge=1, le=5000)
    """The most records of one step."""
    pool_size: int = Field(default=6, ge=2, le=100)
    """The most connections to the database."""
    gather_ms: int = Field(default=50, ge=0, le=1000)
    """The milliseconds that a fetch of other services' records may wait for more. A step of thirty records costs little
    more than a step of one, and nobody waits for these records."""
    replica: str = "1"
    """The name of this replica in logs, at Kafka and in the database."""
    connections: int = Field(default=2_000, ge=10, le=100_000)
    """The most open connections of the HTTP port. When they are used up, idle ones are closed."""
    connections_per_address: int = Field(default=500, ge=5, le=100_000)
    """The most open connections of one address."""

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
