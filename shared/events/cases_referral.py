"""The facts that follow a referral to another authority. Part of `complaint.cases.v1`."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.fact import Authority, Fact, Instant, Text


class ReferralConfirmed(Fact):
    """A person agreed with a referral that the rules had proposed. The envelope's actor says who."""

    TYPE: ClassVar[str] = "case.referral_confirmed"
    authority: Authority | Literal["ombudsman"]
    to: str


class AuthorityTold(Fact):
    """The authority was told of the complaint: by the mail that follows this fact, or by a letter on paper.

    ``mail`` is the office's address; None: a letter. ``text`` is the complaint with numbers of people masked.
    ``name`` and ``contacts`` (contact ids) are there only with the citizen's consent.
    ``what``: ``told``; ``person``: the consent came later, so only name and contact follow; ``withdrawn``: the referral
    was undone, and the office need not act.
    """

    TYPE: ClassVar[str] = "case.authority_told"
    to: str
    what: Literal["told", "person", "withdrawn"] = "told"
    mail: str | None = None
    text: Text | None = Field(default=None, repr=False)
    topic: str | None = None
    place: str | None = None
    filed_at: Instant | None = None
    name: str | None = Field(default=None, repr=False)
    contacts: tuple[UUID, ...] = ()


class AuthorityAnswered(Fact):
    """The authority answered, and the desk recorded it: who, the text, and the day of the answer. The citizen reads it."""

    TYPE: ClassVar[str] = "case.authority_answered"
    to: str
    text: Text
    on: date
