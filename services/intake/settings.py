"""Intake's settings, read from `TANGGAP_INTAKE_…`."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from shared.settings import Settings
from shared.tally import Allowance

KNOWN_CHANNELS: Final = frozenset({"web", "whatsapp", "instagram", "sms", "sp4n", "adapter"})


class IntakeSettings(Settings):
    """The settings of the intake service.

    ``whatsapp_app_secrets`` holds one secret, or two during a rotation, separated by a comma.
    An empty value turns the webhook off.
    """

    service: ClassVar[str] = "intake"

    whatsapp_app_secrets: SecretStr = SecretStr("")
    whatsapp_verify_token: SecretStr = SecretStr("")
    # The id of our WhatsApp Business Account. Reports about the state of another account are dropped.
    # Empty: every account counts as ours.
    whatsapp_account: str = ""
    # The ids of our phone numbers (`phone_number_id`), separated by commas. Messages to other numbers of the same
    # application are counted and dropped. Empty: every number counts as ours.
    whatsapp_numbers: str = ""
    # Instagram Direct: the secrets of its application (one, or two during a rotation), the token of the handshake, and
    # the id of our account. Empty secrets turn the webhook off; an empty account means that every account is ours.
    instagram_app_secrets: SecretStr = SecretStr("")
    instagram_verify_token: SecretStr = SecretStr("")
    instagram_account: str = ""
    # The hosts from which files of Instagram messages are fetched, with all hosts below them.
    instagram_media_hosts: str = Field(default="fbsbx.com,fbcdn.net,cdninstagram.com", min_length=1)
    # The SMS gateway's secrets (one, or two during a rotation); empty ones turn the webhook off. They sign the raw body
    # in the header `sms_signature_header`, or stand in the parameter `sms_secret_field` if no header is named.
    sms_secrets: SecretStr = SecretStr("")
    sms_signature_header: str = ""
    sms_secret_field: str = "secret"  # noqa: S105 - the name of a parameter
    # The names that the gateway gives to the parameters of its form.
    sms_from_field: str = Field(default="from", min_length=1)
    sms_text_field: str = Field(default="text", min_length=1)
    sms_id_field: str = Field(default="id", min_length=1)
    sms_time_field: str = "timestamp"
    # The rate (items a second) and the burst of one API key. Each item of a list counts.
    adapter_rate: float = Field(default=2000, gt=0)
    adapter_burst: int = Field(default=20_000, ge=500)
    # The rate (forms a minute) and the burst of one address. Thousands share the address of a phone network, and a
    # flood makes many of them write in the same minute. A form waits up to `web_wait_s` seconds for its turn. If the turn
    # comes later, a page keeps the form and says when, up to `web_queue_s` seconds; only beyond that it is refused.
    web_rate: float = Field(default=600, gt=0)
    web_burst: int = Field(default=300, ge=1)
    web_wait_s: float = Field(default=10, ge=0, le=50)
    web_queue_s: float = Field(default=1800, ge=0, le=7200)
    # The rate (forms a minute) and the burst of one browser. A volunteer who files for a village needs a few.
    visitor_rate: float = Field(default=12, gt=0)
    visitor_burst: int = Field(default=20, ge=1)
    # The rate (an hour) and the burst with which one number or e-mail address may be named to follow complaints, so that
    # nobody floods a stranger with first messages.
    contact_rate: float = Field(default=10, gt=0)
    contact_burst: int = Field(default=5, ge=1)
    # The rate (failed look-ups of tickets a minute) and the burst of one address.
    lookup_rate: float = Field(default=30, gt=0)
    lookup_burst: int = Field(default=60, ge=1)
    # Open live streams of tracking pages, in all and from one address. They take at most half of the connections, so that
    # every other request finds room. A page without a stream shows changes when it is loaded again.
    live_streams: int = Field(default=500, ge=1, le=50_000)
    live_streams_per_address: int = Field(default=100, ge=1, le=50_000)
    # The rate (requests an hour) and the burst of one address that asks to send secret links again.
    link_rate: float = Field(default=30, gt=0)
    link_burst: int = Field(default=20, ge=1)
    # The bounds on what a reporter may add to one complaint: acts and bytes of text, per day (WITA) and in total.
    complaint_acts_a_day: int = Field(default=40, ge=5)
    complaint_bytes_a_day: int = Field(default=150_000, ge=80_000)
    complaint_acts: int = Field(default=400, ge=20)
    complaint_bytes: int = Field(default=600_000, ge=100_000, le=2_000_000)
    # An open row of an SP4N export is history if its last activity is more days ago than this. A history row keeps its
    # state; each OPD hears of its history rows in one summary, and none escalates. `--history` and the choice on the
    # import page override this setting.
    sp4n_history_days: int = Field(default=30, ge=0, le=3660)
    # The folder in which exports of SP4N are laid down to be imported (docs/operations.md). Only processes that open the
    # channel `sp4n` look into it. Empty: no folder is watched.
    laporan_folder: Path | None = None
    # The files of citizens lie in a folder that all replicas share, or in a bucket of an S3-compatible server if one is
    # named. It belongs to this database alone. An empty address means Amazon; an empty key means the credentials of the
    # machine.
    media_folder: Path = Path(".local/media")
    media_bucket: str = ""
    media_s3_url: str = ""
    media_s3_region: str = "us-east-1"
    media_s3_key: str = ""
    media_s3_secret: SecretStr = SecretStr("")
    # The folder of files under way. The system's own folder for temporary files if none is named.
    media_spool: Path | None = None
    # The largest file in bytes and the largest picture in pixels.
    media_bytes: int = Field(default=16 * 1024 * 1024, ge=100_000, le=100 * 1024 * 1024)
    media_pixels: int = Field(default=51_000_000, ge=1_000_000, le=100_000_000)
    # The address of a clamd that scans each file, such as 127.0.0.1:3310. Empty: no file is scanned, and its row says so.
    media_clamd: str = Field(default="", pattern=r"^$|^[^\s:]+:\d{1,5}$")
    # A signed link to a file works for so many seconds.
    media_link_s: int = Field(default=600, ge=1, le=86_400)
    # A file that no complaint has named after so many hours is erased.
    media_unused_hours: int = Field(default=24, ge=1, le=720)
    # The platform from which files of WhatsApp messages are fetched. Without a token nothing is fetched.
    whatsapp_base: str = "https://graph.facebook.com"
    whatsapp_version: str = "v24.0"
    whatsapp_token: SecretStr | None = None
    # The channels that this process opens, besides health and reading.
    channels: str = "web,whatsapp,instagram,sms,sp4n,adapter"

    @field_validator("channels")
    @classmethod
    def _known(cls, value: str) -> str:
        unknown = {part.strip() for part in value.split(",")} - KNOWN_CHANNELS
        if unknown:
            raise ValueError(f"must name {', '.join(sorted(KNOWN_CHANNELS))}, separated by commas")
        return value

    @property
    def allowance(self) -> Allowance:
        """Return the bounds on what a reporter may add to one complaint."""
        return Allowance(
            self.complaint_acts_a_day, self.complaint_bytes_a_day, self.complaint_acts, self.complaint_bytes
        )

    @property
    def live_bound(self) -> int:
        """Return the number of live streams that may be open."""
        return min(self.live_streams, max(1, self.connections // 2))

    @property
    def app_secrets(self) -> tuple[str, ...]:
        """Return the valid secrets of the WhatsApp application."""
        return _parts(self.whatsapp_app_secrets.get_secret_value())

    @property
    def instagram_secrets(self) -> tuple[str, ...]:
        """Return the valid secrets of the Instagram application."""
        return _parts(self.instagram_app_secrets.get_secret_value())

    @property
    def gateway_secrets(self) -> tuple[str, ...]:
        """Return the valid secrets of the SMS gateway."""
        return _parts(self.sms_secrets.get_secret_value())

    @property
    def media_hosts(self) -> tuple[str, ...]:
        """Return the hosts from which files of Instagram messages are fetched."""
        return _parts(self.instagram_media_hosts.lower())

    @property
    def fetches_media(self) -> bool:
        """Return whether there is a platform from which files are fetched."""
        return self.whatsapp_token is not None or bool(self.instagram_secrets)

    @property
    def watches_folder(self) -> bool:
        """Return whether this process watches a folder of exports."""
        return self.laporan_folder is not None and "sp4n" in self.open_channels

    @property
    def our_numbers(self) -> frozenset[str]:
        """Return the ids of our WhatsApp numbers. None of them: every number counts as ours."""
        return frozenset(_parts(self.whatsapp_numbers))

    @property
    def open_channels(self) -> frozenset[str]:
        """Return the channels that are open."""
        return frozenset(_parts(self.channels))

    @property
    def chats_without_secrets(self) -> tuple[str, ...]:
        """Return the open chat channels that take nothing, because their secrets are missing."""
        secrets = {"whatsapp": self.app_secrets, "instagram": self.instagram_secrets, "sms": self.gateway_secrets}
        return tuple(name for name, given in secrets.items() if name in self.open_channels and not given)


def _parts(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
