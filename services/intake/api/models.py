"""The models of the bodies that adapters send. Unknown fields are refused by name."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from shared.events.fact import Class
from shared.mail import mail_address
from shared.phone import whatsapp_number
from shared.text import tidy
from shared.web.inputs import Instant


def _tidied(value: Any) -> Any:
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


Line = Annotated[str, BeforeValidator(_tidied), StringConstraints(min_length=1, max_length=500)]
Long = Annotated[str, BeforeValidator(_tidied), StringConstraints(min_length=1, max_length=20_000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


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

    text: Long
    title: Line | None = None
    place: Line | None = None
    topic: Line | None = None
    class_: Class | None = Field(default=None, alias="class")
    channel: Slug = "adapter"
    source: Line | None = None
    external_id: Annotated[str, BeforeValidator(_tidied), StringConstraints(min_length=1, max_length=200)] | None = None
    filed_at: Annotated[Instant, BeforeValidator(_strict)] | None = None
    anonim: bool = False
    rahasia: bool = False
    reporter: ReporterIn = ReporterIn()
    callback_url: Annotated[str, BeforeValidator(_url), StringConstraints(max_length=500)] | None = None


class ReplyIn(Body):
    text: Long


class DisputeIn(Body):
    reason: Long


class RateIn(Body):
    stars: Annotated[int, Field(ge=1, le=5)]
    comment: Long | None = None


class WithdrawIn(Body):
    reason: Long | None = None


class NothingIn(Body):
    """An empty body."""
