"""The commands on a referral to another authority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.router.rules.commands import CaseCommand
from shared.events.fact import Authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(CaseCommand):
    """Refer the case to another authority.

    ``next_step``: what the citizen can do next.
    """

    authority: Authority | Literal["ombudsman"]
    to: str
    reason: str
    next_step: str
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReferral(CaseCommand):
    """Agree with a referral that the rules proposed. The authority is then told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLetter(CaseCommand):
    """Note that a letter went to the authority that has no address for mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer(CaseCommand):
    """Record the answer of the authority, and the day on which it was given. The citizen reads both."""

    text: str
    on: date
