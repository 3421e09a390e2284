"""The settings of the router."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, SecretStr, field_validator

from shared.reference import opds
from shared.settings import Settings
from shared.tally import Allowance

# When an end in SP4N also ends the case here: if an OPD has answered it; always; or never, so that a person decides.
Closing = Literal["answered", "always", "never"]


class RouterSettings(Settings):
    """The settings that the router adds to those of every service.

    ``opds``: codes of the OPDs whose topics are read, separated by commas. Empty means all.
    ``put_off_days``: the most days from today to which an OPD may put a case off, or promise to act.
    ``put_off_times``: how often an OPD may put a case off in one round.
    ``oidc_issuer``: the address of an identity provider (OpenID Connect); empty: people sign in with passwords only.
    ``models``: the folder of trained models. ``shadow_model``: the version that runs beside the one in force, if any.
    ``calls_percent``: the share of the cases closed by silence whose citizens are put on the list to be called.
    ``sp4n_…``: the connection to SP4N-LAPOR! (docs/operations.md).
    ``hold_hours``: after so many hours a case that came with signs of misuse goes on by itself.
    ``lead_asks_help``: whether the OPD that has a case may itself ask other OPDs for help.
    ``refer_certainty``: below this probability a person decides on a referral first. The model's threshold may be higher.
    ``authorities``: the CSV file of the offices outside the province; without it, the shipped one with invented addresses.
    """

    service: ClassVar[str] = "router"

    port: int = 8002
    # The router does not gather records before it folds them: a citizen waits for them to reach the agency.
    gather_ms: int = 0
    opds: str = ""
    # The most that an OPD may do on one case: acts and bytes of text, per day (WITA) and altogether.
    # A desk may do four times as much.
    case_acts_a_day: int = Field(default=50, ge=5)
    case_bytes_a_day: int = Field(default=150_000, ge=20_000)
    case_acts: int = Field(default=500, ge=20)
    case_bytes: int = Field(default=600_000, ge=100_000, le=2_000_000)
    put_off_days: int = Field(default=60, ge=1, le=366)
    put_off_times: int = Field(default=3, ge=0, le=100)
    models: Path = Path(".local/models")
    shadow_model: str = ""
    calls_percent: int = Field(default=5, ge=0, le=100)
    hold_hours: int = Field(default=24, ge=1, le=72)
    lead_asks_help: bool = True
    refer_certainty: float = Field(default=0.8, ge=0, le=1)
    authorities: Path | None = None
    # A calendar of office hours that replaces the shipped one. Voice notes are to be written down in office time.
    calendar: Path | None = None
    # What happens when SP4N closes or archives a case that is open here.
    # `answered`: end the case if an OPD has answered it, otherwise ask a person.
    # `always`: end the case. `never`: ask a person each time.
    # If replies are unread here, each of the three asks a person.
    # If the reporter closed the complaint in SP4N, the case always ends here too, unless it has followers.
    sp4n_closing: Closing = "answered"

    # Complaints of every channel go to SP4N, not only those that came from there. Turn it on when all replicas know it.
    sp4n_mirror: bool = False
    # The account at SP4N's interface: its address with the path, such as https://…/lapor/3.0.0. Empty: there is none, and
    # officers copy by hand. Every name of the interface is a setting, because it has no public specification.
    sp4n_url: str = ""
    sp4n_token: SecretStr = SecretStr("")
    sp4n_guid: SecretStr = SecretStr("")
    sp4n_auth_header: str = "auth"
    sp4n_guid_header: str = "token"
    sp4n_channel: int = 0
    sp4n_user_id: int = 0
    # The call that finds complaints by words. Empty: there is none, and a complaint whose sending got no answer goes
    # before a person.
    sp4n_search_path: str = ""
    sp4n_search_parameter: str = "search"
    # The table of institutions, categories, classes and templates (`python -m services.router sp4n check`).
    sp4n_table: Path | None = None
    sp4n_rate: float = Field(default=5.0, gt=0, le=1000)
    sp4n_slots: int = Field(default=4, ge=1, le=256)
    sp4n_try_seconds: float = Field(default=30.0, gt=0, le=300)
    # A sending without an answer is looked up after so many seconds: until then SP4N may still be at work on it.
    sp4n_settle_seconds: float = Field(default=90.0, ge=0, le=600)
    sp4n_poll_seconds: float = Field(default=300.0, gt=0, le=86_400)
    # Intake's address for this service, from which it fetches the citizens' files. Empty: the public one.
    sp4n_files_url: str = ""

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    # The address of the deadline service's pages for browsers. Empty: they stand at the same address as the router's.
    deadlines_url: str = ""
    # The words on the button: "Masuk dengan <name>".
    oidc_name: str = "akun pemerintah"

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
