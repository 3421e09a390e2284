"""The settings of the router."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from shared.reference import opds
from shared.settings import Settings
from shared.tally import Allowance

Closing = Literal["answered", "always", "never"]


class RouterSettings(Settings):
    """The settings that the router adds to those of every service."""

    service: ClassVar[str] = "router"

    port: int = 8002
    """The port of the service's own interface."""
    gather_ms: int = 0
    """The router does not gather records before it folds them: a citizen waits for them to reach the agency."""
    opds: str = ""
    """The codes of the OPDs whose topics are read, separated by commas. Empty: all."""
    case_acts_a_day: int = Field(default=50, ge=5)
    """The most acts of an OPD on one case on one day (WITA). A desk may do four times as much, here and in the next
    three."""
    case_bytes_a_day: int = Field(default=150_000, ge=20_000)
    """The most bytes of text of an OPD on one case on one day."""
    case_acts: int = Field(default=500, ge=20)
    """The most acts of an OPD on one case altogether."""
    case_bytes: int = Field(default=600_000, ge=100_000, le=2_000_000)
    """The most bytes of text of an OPD on one case altogether."""
    put_off_days: int = Field(default=60, ge=1, le=366)
    """The most days from today by which an OPD may put a case off, or promise to act."""
    put_off_times: int = Field(default=3, ge=0, le=100)
    """The number of times that an OPD may put a case off in one round."""
    models: Path = Path(".local/models")
    """The folder of trained models, the same for all replicas."""
    shadow_model: str = ""
    """The model's version that decides beside the one in force and is only counted. Empty: none."""
    calls_percent: int = Field(default=5, ge=0, le=100)
    """The share, in percent, of the cases closed by silence whose citizens are put on the list to be called."""
    hold_hours: int = Field(default=24, ge=1, le=72)
    """The hours after which a case that came with signs of misuse goes on by itself."""
    lead_asks_help: bool = True
    """Whether the OPD that has a case may itself ask other OPDs for help. The koordinator always may."""
    refer_certainty: float = Field(default=0.8, ge=0, le=1)
    """The probability below which a person decides on a referral first. The model's threshold may be higher."""
    authorities: Path | None = None
    """The CSV file of the offices outside the province. Missing: the shipped one, whose addresses are invented."""
    calendar: Path | None = None
    """A calendar of office hours that replaces the shipped one. Voice notes are to be written down in office time."""
    sp4n_closing: Closing = "answered"
    """The rule for a case that SP4N closes or archives while it is open here. `answered` ends it if an OPD has answered
    it, `always` ends it, `never` asks a person. Unread replies always ask a person. A closing by the reporter ends the
    case unless it has followers."""

    sp4n_mirror: bool = False
    """Whether complaints of every channel go to SP4N, not only those that came from there. Turn it on when all replicas
    know it."""
    sp4n_url: str = ""
    """The address of the account at SP4N's interface, with the path up to the version. Empty: there is none, and
    officers copy by hand."""
    sp4n_token: SecretStr = SecretStr("")
    """The token of the account."""
    sp4n_guid: SecretStr = SecretStr("")
    """The second token of the account."""
    sp4n_auth_header: str = "auth"
    """The name of the header with the token. Every name of the interface is a setting, because it has no public
    specification."""
    sp4n_guid_header: str = "token"
    """The name of the header with the second token."""
    sp4n_channel: int = 0
    """The number of our channel at SP4N."""
    sp4n_user_id: int = 0
    """The number of the account that files."""
    sp4n_search_path: str = ""
    """The call that finds complaints by words. Empty: there is none, and a complaint whose sending got no answer goes
    before a person."""
    sp4n_search_parameter: str = "search"
    """The parameter of that call with the words."""
    sp4n_table: Path | None = None
    """The TOML file of institutions, categories, classes and templates. `python -m services.router sp4n check` names
    what it lacks."""
    sp4n_rate: float = Field(default=5.0, gt=0, le=1000)
    """Calls a second."""
    sp4n_slots: int = Field(default=4, ge=1, le=256)
    """Calls at once."""
    sp4n_try_seconds: float = Field(default=30.0, gt=0, le=300)
    """The time limit of one call."""
    sp4n_settle_seconds: float = Field(default=90.0, ge=0, le=600)
    """The wait before a sending without an answer is looked up: until then SP4N may still be at work on it."""
    sp4n_poll_seconds: float = Field(default=300.0, gt=0, le=86_400)
    """The pause between two readings of one complaint."""
    sp4n_files_url: str = ""
    """The address of intake for this service, from which it fetches the citizens' files. Empty: the public one."""

    oidc_issuer: str = ""
    """The address of an identity provider (OpenID Connect). Empty: people sign in with passwords only."""
    oidc_client_id: str = ""
    """The id of this system at the identity provider."""
    oidc_client_secret: SecretStr = SecretStr("")
    """The secret of this system at the identity provider."""
    deadlines_url: str = ""
    """The address of sla's pages for browsers. Empty: they stand at the same address as the router's."""
    oidc_name: str = "akun pemerintah"
    """The words on the button: "Masuk dengan <name>"."""

    @field_validator("opds")
    @classmethod
    def _known(cls, value: str) -> str:
        unknown = set(_listed(value)) - set(opds())
        if unknown:
            raise ValueError(f"names agencies that are not in the table: {', '.join(sorted(unknown))}")
        return value

    @field_validator("sp4n_url", "sp4n_files_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @property
    def allowance(self) -> Allowance:
        """Return the most that an OPD may do on one case."""
        return Allowance(self.case_acts_a_day, self.case_bytes_a_day, self.case_acts, self.case_bytes)

    @property
    def opd_codes(self) -> tuple[str, ...]:
        """Return the codes of the OPDs whose topics are read."""
        return _listed(self.opds) or tuple(opds())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())
