"""The count of acts on a case, and its comparison with the allowance."""

from __future__ import annotations

from dataclasses import fields
from typing import Final
from uuid import UUID

from services.router.errors import TooManyCaseActs
from services.router.rules.commands import Accept, CaseCommand, Decline, OpdCommand, Resolve
from services.router.rules.commands_help import Contribute
from services.router.rules.draft import Draft
from shared.ids import parse_id
from shared.tally import Tally, seconds_left, size_of

# A desk has four times the allowance of an OPD. So a desk can still decide when an OPD has used up its acts.
DESK_ROOM: Final = 4
# Accepting, declining and resolving have twice the allowance. So an OPD that has said too much can still answer.
ENDING_ROOM: Final = 2


def count_act(draft: Draft, command: CaseCommand) -> None:
    """Count an act on the case. Raise TooManyCaseActs if the case takes no more acts now."""
    texts = (getattr(command, field.name) for field in fields(command))
    tally = (draft.case.acts or Tally()).with_act(draft.at, size_of(*(text for text in texts if isinstance(text, str))))
    bound = draft.limits.allowance.passed(tally, _room(command))
    if bound is not None:
        raise TooManyCaseActs(bound, seconds_left(draft.at))
    draft.set(acts=tally)


def person_of(actor: str) -> UUID | None:
    """Return the account of the person who acts for an OPD, or None for a system."""
    return parse_id(actor.rpartition(":")[2])


def _room(command: CaseCommand) -> int:
    """Return the factor by which the allowance of an OPD is multiplied for this command."""
    if not isinstance(command, OpdCommand):
        return DESK_ROOM
    return ENDING_ROOM if isinstance(command, Accept | Decline | Resolve | Contribute) else 1
