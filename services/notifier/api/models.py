"""Models of the bodies that the HTTP interface reads and answers. The published OpenAPI document names them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Body(BaseModel):
    """A request's body. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class Why(Body):
    """The reason that an operator gives for a decision, kept on record."""

    why: str = Field(default="", max_length=500)


class Elsewhere(Body):
    """Another channel for a given-up message. ``address`` is needed only when none is known on that channel."""

    channel: Literal["whatsapp", "email", "webhook", "instagram", "sms"]
    address: str | None = Field(default=None, max_length=300)
    why: str = Field(default="", max_length=500)


class Message(BaseModel):
    """One message as an operator sees it. ``address`` is masked."""

    id: UUID
    complaint: UUID | None
    audience: str
    channel: str
    address: str
    template: str
    state: str
    tries: int
    code: int | None
    reason: str | None
    due: datetime
    changed_at: datetime


class Page(BaseModel):
    """A page of messages, oldest first. Pass ``next`` as ``after`` to get the following page."""

    messages: list[Message]
    next: str | None
