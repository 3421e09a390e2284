"""The settings of Alertmanager's receivers: `TANGGAP_ALERTS_<FIELD>`, and secrets as files in `TANGGAP_SECRETS`."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import AliasChoices, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.secrets import Secrets
from shared.settings import WrongSetting

# The files in the folder of secrets. An address may hold a token, so that it is a secret too.
WEBHOOK: Final = "alerts-webhook"
HEARTBEAT: Final = "alerts-heartbeat"
SMTP_PASSWORD: Final = "alerts-smtp-password"  # noqa: S105  a file's name


class AlertSettings(BaseSettings):
    """The receivers of alerts."""

    model_config = SettingsConfigDict(env_prefix="TANGGAP_ALERTS_", extra="ignore", use_attribute_docstrings=True)

    secrets: Path = Field(default=Path(".local/compose/secrets"), validation_alias=AliasChoices("TANGGAP_SECRETS"))
    """The folder with the files `alerts-webhook`, `alerts-heartbeat` and `alerts-smtp-password`. The first two hold the
    address that is called. A file that is not there leaves its part out."""
    url: str = "http://127.0.0.1:9093"
    """Alertmanager's own address, for the trial."""
    smtp_host: str | None = None
    """The mail server. Missing: no mail is sent."""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    """The port of the mail server."""
    smtp_tls: Literal["none", "starttls"] = "starttls"
    """Whether the connection to the mail server is encrypted."""
    smtp_username: str | None = None
    """The name for the login at the mail server. Missing: no login."""
    mail_from: str | None = None
    """The sender of the mails."""
    mail_to: str | None = None
    """The people who get the mails, as addresses separated by commas."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.smtp_host and not (self.mail_from and self.mail_to):
            raise ValueError("with TANGGAP_ALERTS_SMTP_HOST, MAIL_FROM and MAIL_TO are needed")
        return self

    def secret(self, name: str) -> str | None:
        """Return the content of a file of the folder of secrets, or None if it is not there or empty."""
        return Secrets(self.secrets).find(name) or None


def load() -> AlertSettings:
    """Return the settings from the environment. Raise WrongSetting, without a value, when one is wrong."""
    try:
        return AlertSettings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "SMTP_HOST"
        raise WrongSetting(f"TANGGAP_ALERTS_{name}: {first['msg']}") from None
