"""The models of the bodies that adapters send. Unknown fields are refused by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.intake.rules.commands_citizen import (
    Appeal,
    CitizenAct,
    Confirm,
    Dispute,
    ObjectToReferral,
    Rate,
    Reply,
    ShareContact,
    Withdraw,
)
from shared.applications import application_number
from shared.errors import Invalid
from shared.events.fact import Class
from shared.events.submissions import ComplaintContent
from shared.mail import mail_address
from shared.phone import whatsapp_number
from shared.reference.places import known_place
from shared.text import tidy
from shared.web.inputs import Instant


def _tidy_text(value: Any) -> Any:
    return tidy(value) if isinstance(value, str) else value


def as_phone(value: Any) -> Any:
    """Return a WhatsApp number as digits with its country code: 0800… and +62 800… become 62800….

    Raise NotAWhatsAppNumber for any other text. A value that is no text is returned as it is.
    """
    return whatsapp_number(value) if isinstance(value, str) else value


def as_email(value: Any) -> Any:
    """Return an e-mail address in the form that every mail server takes.

    Raise NotAMailAddress for any other text. A value that is no text is returned as it is.
    """
    return mail_address(value) if isinstance(value, str) else value


def _url(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = urlsplit(value.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError("must be an https address without a user name")
    return value.strip()


def _strict(value: Any) -> Any:
    """Refuse a time that is no text. Pydantic would read a bare number as seconds in an unknown zone."""
    if not isinstance(value, str | datetime):
        raise ValueError("must be text such as 2026-03-16T10:00:00+08:00")  # noqa: TRY004  (pydantic reads ValueError)
    return value


def _application(value: Any) -> Any:
    return application_number(value) if isinstance(value, str) else value


def _known_place(value: Any) -> Any:
    if isinstance(value, str) and known_place(value) is None:
        raise ValueError("must be the code of a place of the province such as 64.72.03.1005")
    return value


Line = Annotated[str, BeforeValidator(_tidy_text), StringConstraints(min_length=1, max_length=500)]
Long = Annotated[str, BeforeValidator(_tidy_text), StringConstraints(min_length=1, max_length=20_000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


MediaIds = Annotated[tuple[UUID, ...], Field(max_length=20, description="the ids of files sent to /v1/media")]


def _example(body: dict[str, Any]) -> ConfigDict:
    """Return the configuration of a body with an example for the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [body]})


class Body(BaseModel):
    """The body of a request. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReporterIn(Body):
    """The reporter's name and addresses. Every field is optional."""

    name: Line | None = None
    whatsapp: Annotated[str, BeforeValidator(as_phone)] | None = None
    email: Annotated[str, BeforeValidator(as_email)] | None = None


class SubmissionIn(Body):
    """One complaint that an adapter files."""

    model_config = _example(
        {"text": "Lampu jalan provinsi di Loa Janan padam sejak Senin malam", "external_id": "contoh-1"}
    )
    text: Long
    title: Line | None = None
    place: Line | None = None
    topic: Line | None = None
    class_: Class | None = Field(default=None, alias="class")
    channel: Slug = "adapter"
    source: Line | None = None
    external_id: Annotated[str, BeforeValidator(_tidy_text), StringConstraints(min_length=1, max_length=200)] | None = (
        None
    )
    filed_at: Annotated[Instant, BeforeValidator(_strict)] | None = None
    anonim: bool = False
    rahasia: bool = False
    reporter: ReporterIn = ReporterIn()
    callback_url: Annotated[str, BeforeValidator(_url), StringConstraints(max_length=500)] | None = None
    attachments: MediaIds = ()
    place_code: Annotated[str, BeforeValidator(_known_place)] | None = Field(
        default=None, description="the official code of the place; without it, the words name the place if they can"
    )
    application: Annotated[str, BeforeValidator(_application)] | None = Field(
        default=None, description="the number of an application for a permit, at E-PTSP or OSS"
    )

    def content(self, owner: str) -> ComplaintContent:
        """Return the complaint's content. The fields of the same name are taken as they are.

        ``owner`` names the source of a complaint that names none.
        """
        same = {
            name: getattr(self, name)
            for name in ComplaintContent.model_fields.keys() & SubmissionIn.model_fields.keys()
        }
        return ComplaintContent(
            **same
            | {
                "source": self.source or owner,
                "class_hint": self.class_,
                "reporter_name": None if self.anonim else self.reporter.name,
            }
        )


class ReplyIn(Body):
    """A text that a citizen adds, with files that were sent before."""

    model_config = _example({"text": "Lubangnya ada di depan kantor desa."})
    text: Long
    attachments: MediaIds = ()

    def command(self, channel: str) -> CitizenAct:
        """Return the act, without its files."""
        return Reply(text=self.text, channel=channel)


class DisputeIn(Body):
    """The reason why a citizen says that the problem is not solved."""

    model_config = _example({"reason": "Lampunya masih padam."})
    reason: Long

    def command(self, channel: str) -> CitizenAct:
        """Return the act."""
        return Dispute(reason=self.reason, channel=channel)


class AppealIn(Body):
    """The reason why a citizen is not content with the closing."""

    model_config = _example({"reason": "Jawabannya bukan tentang aduan saya."})
    reason: Long

    def command(self, channel: str) -> CitizenAct:
        """Return the act."""
        return Appeal(reason=self.reason, channel=channel)


class RateIn(Body):
    """A citizen's rating of the handling, from 1 to ``scale``.

    Ask on the scale of 4, as the national survey of satisfaction does, and say so. Without a scale it is 5.
    """

    model_config = _example({"stars": 4, "scale": 4, "comment": "Cepat ditangani."})
    stars: Annotated[int, Field(ge=1, le=5)]
    comment: Long | None = None
    scale: Literal[4, 5] = 5

    def command(self, channel: str) -> CitizenAct:
        """Return the act. Raise Invalid for more stars than the scale has."""
        if self.stars > self.scale:
            raise Invalid("must not be above the scale", field="stars")
        return Rate(stars=self.stars, comment=self.comment, channel=channel, scale=self.scale)


class WithdrawIn(Body):
    """The reason why a citizen takes the complaint back."""

    model_config = _example({"reason": "Sudah diperbaiki warga."})
    reason: Long | None = None

    def command(self, channel: str) -> CitizenAct:
        """Return the act."""
        return Withdraw(reason=self.reason, channel=channel)


class NothingIn(Body):
    """An empty body."""

    model_config = _example({})

    def command(self, channel: str) -> CitizenAct:
        """Return the act that needs no words: a confirmation."""
        return Confirm(channel=channel)


class Handshake(BaseModel):
    """The query of the platform's handshake with a webhook."""

    mode: str = Field(default="", alias="hub.mode")
    verify_token: str = Field(default="", alias="hub.verify_token")
    challenge: str = Field(default="", alias="hub.challenge")


class ObjectIn(Body):
    """The words, if any, with which a citizen says that a referred complaint is the province's work."""

    model_config = _example({"reason": "Jalan itu jalan provinsi."})
    reason: Long | None = None

    def command(self, channel: str) -> CitizenAct:
        """Return the act."""
        return ObjectToReferral(text=self.reason, channel=channel)


class ShareIn(Body):
    """An empty body."""

    model_config = _example({})

    def command(self, channel: str) -> CitizenAct:
        """Return the act."""
        return ShareContact(channel=channel)
