"""The commands by which OPDs help each other with a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.router.rules.commands import CaseCommand, OpdCommand
from shared.events.cases_answer import AnswerOutcome
from shared.events.fact import Attachment


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribute(OpdCommand):
    """Give the part of a helper. The other fields are those of an answer."""

    text: str
    evidence: tuple[Attachment, ...] = ()
    outcome: AnswerOutcome = "fixed"
    until: date | None = None
    reason: str | None = None
    legal_basis: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHelp(OpdCommand):
    """Ask another OPD for help, as the OPD that has the case. ``task``: what it should contribute."""

    helper: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHelp(OpdCommand):
    """Go on without a helper whose part is missing, as the OPD that has the case."""

    helper: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddHelper(CaseCommand):
    """Ask an OPD to help the one that has or will have the case, as a desk. ``task``: what it should contribute."""

    helper: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveHelper(CaseCommand):
    """Go on without a helper whose part is missing, as a desk."""

    helper: str
    reason: str
