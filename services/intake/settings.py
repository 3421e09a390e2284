"""Intake's settings, read from `TANGGAP_INTAKE_…`."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from pydantic import Field, SecretStr, field_validator

from shared.settings import Settings
from shared.tally import Allowance

KNOWN_CHANNELS: Final = frozenset({"web", "whatsapp", "instagram", "sms", "sp4n", "adapter"})


class IntakeSettings(Settings):
    """The settings that intake adds to those of every service."""

    service: ClassVar[str] = "intake"

    whatsapp_app_secrets: SecretStr = SecretStr("")
    """The secret of the WhatsApp application, or two during a rotation, separated by a comma. Empty: the webhook is
    off."""
    whatsapp_verify_token: SecretStr = SecretStr("")
    """The token of the webhook's handshake, of your choice."""
    whatsapp_account: str = ""
    """The id of our WhatsApp Business Account. Reports about another account are dropped. Empty: every account counts
    as ours."""
    whatsapp_numbers: str = ""
    """The ids of our phone numbers (`phone_number_id`), separated by commas. Messages to other numbers of the same
    application are counted and dropped. Empty: every number counts as ours."""
    instagram_app_secrets: SecretStr = SecretStr("")
    """The secret of the Instagram application, or two during a rotation, separated by a comma. Empty: the webhook is
    off."""
    instagram_verify_token: SecretStr = SecretStr("")
    """The token of the webhook's handshake, of your choice."""
    instagram_account: str = ""
    """The id of our account, as in `entry.id`. Empty: every account counts as ours."""
    instagram_media_hosts: str = Field(default="fbsbx.com,fbcdn.net,cdninstagram.com", min_length=1)
    """The hosts from which files of Instagram messages are fetched, with all hosts below them."""
    sms_secrets: SecretStr = SecretStr("")
    """The secret of the SMS gateway, or two during a rotation, separated by a comma. Empty: the webhook is off."""
    sms_signature_header: str = ""
    """The header in which the secret signs the raw body. Empty: the secret stands in a parameter."""
    sms_secret_field: str = "secret"  # noqa: S105 - the name of a parameter
    """The parameter with the secret, if no header is named."""
    sms_from_field: str = Field(default="from", min_length=1)
    """The parameter with the sender."""
    sms_text_field: str = Field(default="text", min_length=1)
    """The parameter with the text."""
    sms_id_field: str = Field(default="id", min_length=1)
    """The parameter with the message's id."""
    sms_time_field: str = "timestamp"
    """The parameter with the time of sending."""
    adapter_rate: float = Field(default=2000, gt=0)
    """Items a second of one API key. Each item of a list counts."""
    adapter_burst: int = Field(default=20_000, ge=500)
    """Items at once of one API key."""
    web_rate: float = Field(default=600, gt=0)
    """Forms a minute of one address. Thousands share the address of a phone network, and a flood makes many of them
    write in the same minute."""
    web_burst: int = Field(default=300, ge=1)
    """Forms at once of one address."""
    web_wait_s: float = Field(default=10, ge=0, le=50)
    """The seconds that a form waits for its turn."""
    web_queue_s: float = Field(default=1800, ge=0, le=7200)
    """The seconds up to which a page keeps a form whose turn comes later, and says when. Only beyond that it is
    refused."""
    visitor_rate: float = Field(default=12, gt=0)
    """Forms a minute of one browser. A volunteer who files for a village needs a few."""
    visitor_burst: int = Field(default=20, ge=1)
    """Forms at once of one browser."""
    contact_rate: float = Field(default=10, gt=0)
    """The times an hour that one number or e-mail address may be named to follow complaints, so that nobody floods a
    stranger with first messages."""
    contact_burst: int = Field(default=5, ge=1)
    """The times at once that one number or e-mail address may be named to follow complaints."""
    lookup_rate: float = Field(default=30, gt=0)
    """Failed look-ups of tickets a minute of one address."""
    lookup_burst: int = Field(default=60, ge=1)
    """Failed look-ups of tickets at once of one address."""
    live_streams: int = Field(default=500, ge=1, le=50_000)
    """Open live streams of tracking pages. They take at most half of the connections, so that every other request finds
    room. A page without a stream shows changes when it is loaded again."""
    live_streams_per_address: int = Field(default=100, ge=1, le=50_000)
    """Open live streams of one address."""
    link_rate: float = Field(default=30, gt=0)
    """Requests an hour of one address to send secret links again."""
    link_burst: int = Field(default=20, ge=1)
    """Such requests at once of one address."""
    complaint_acts_a_day: int = Field(default=40, ge=5)
    """The most acts of a reporter on one complaint on one day (WITA)."""
    complaint_bytes_a_day: int = Field(default=150_000, ge=80_000)
    """The most bytes of text that a reporter may add to one complaint on one day."""
    complaint_acts: int = Field(default=400, ge=20)
    """The most acts of a reporter on one complaint altogether."""
    complaint_bytes: int = Field(default=600_000, ge=100_000, le=2_000_000)
    """The most bytes of text that a reporter may add to one complaint altogether."""
    sp4n_history_days: int = Field(default=30, ge=0, le=3660)
    """An open row of an SP4N export is history if its last activity is more days ago than this. A history row keeps its
    state; each OPD hears of its history rows in one summary, and none escalates. `--history` and the choice on the
    import page override it."""
    laporan_folder: Path | None = None
    """The folder in which exports of SP4N are laid down to be imported. Only processes that open the channel `sp4n` look
    into it. Empty: no folder is watched."""
    media_folder: Path = Path(".local/media")
    """The folder of the citizens' files, shared by all replicas. It belongs to this database alone."""
    media_bucket: str = ""
    """A bucket of an S3-compatible server instead of the folder. Empty: the folder."""
    media_s3_url: str = ""
    """The address of the S3-compatible server. Empty: Amazon's."""
    media_s3_region: str = "us-east-1"
    """The region of the bucket."""
    media_s3_key: str = ""
    """The id of the key to the bucket. Empty: the credentials of the machine."""
    media_s3_secret: SecretStr = SecretStr("")
    """The secret of the key to the bucket."""
    media_spool: Path | None = None
    """The folder of files under way, of each replica. Missing: the system's own folder for temporary files."""
    media_bytes: int = Field(default=16 * 1024 * 1024, ge=100_000, le=100 * 1024 * 1024)
    """The largest file, in bytes. The proxy needs the same limit."""
    media_pixels: int = Field(default=51_000_000, ge=1_000_000, le=100_000_000)
    """The largest picture, in pixels."""
    media_clamd: str = Field(default="", pattern=r"^$|^[^\s:]+:\d{1,5}$")
    """The address of a clamd that scans each file, such as `127.0.0.1:3310`. Empty: no file is scanned, and its row
    says so."""
    media_link_s: int = Field(default=600, ge=1, le=86_400)
    """The seconds that a signed link to a file works."""
    media_unused_hours: int = Field(default=24, ge=1, le=720)
    """The hours after which a file that no complaint has named is erased."""
    whatsapp_base: str = "https://graph.facebook.com"
    """The address of the platform from which files of WhatsApp messages are fetched."""
    whatsapp_version: str = "v24.0"
    """The version of its interface."""
    whatsapp_token: SecretStr | None = None
    """The token with which files of WhatsApp messages are fetched. Missing: none is fetched."""
    channels: str = "web,whatsapp,instagram,sms,sp4n,adapter"
    """The channels that this process opens, besides health and reading."""

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
