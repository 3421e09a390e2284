"""The commands that come from the registry of OPDs and from the table of accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from services.router.rules.commands import CaseCommand
from shared.events.registry import RegistryChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn(CaseCommand):
    """Take the case from an OPD that exists no more. ``to``: its successor, or None for the triage desk."""

    opd: str
    to: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeRegistry:
    """Put a version of the registry into force. The command's key is the registry; it concerns no case."""

    fact: RegistryChanged = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Send the owner of an account a link by mail. The command's key is the account; it concerns no case."""

    template: Literal["account_invited", "account_reset"]
    name: str
    address: str
    link: str = field(repr=False)
