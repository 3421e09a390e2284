"""The limits of acts on a case, and of the replies and attachments that its row keeps."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from services.router.errors import TooManyActs
from services.router.rules.commands import Accept, CaseCommand, Decline, OpdCommand, Resolve
from services.router.rules.draft import Draft
from services.router.state import Case
from shared.shortening import last_within
from shared.tally import Tally, seconds_left, size_of

# A desk has four times the allowance of an OPD. So a desk can still decide when an OPD has used up its acts.
DESK_ROOM: Final = 4
# Accepting, declining and resolving have twice the allowance. So an OPD that has said too much can still answer.
ENDING_ROOM: Final = 2
KEPT_REPLIES: Final = 100
KEPT_REPLY_BYTES: Final = 400_000
KEPT_ATTACHMENTS: Final = 200
KEPT_ATTACHMENT_BYTES: Final = 60_000
# When a case joins another, one event names all its followers. So their number must be limited.
MAX_FOLLOWERS: Final = 2_000


def count(draft: Draft, command: CaseCommand) -> None:
    """Count an act on the case. Raise TooManyActs if the case takes no more acts now."""
    texts = (getattr(command, field.name) for field in fields(command))
    tally = (draft.case.acts or Tally()).with_act(draft.at, size_of(*(text for text in texts if isinstance(text, str))))
    bound = draft.limits.allowance.passed(tally, _room(command))
    if bound is not None:
        raise TooManyActs(bound, seconds_left(draft.at))
    draft.set(acts=tally)


def _room(command: CaseCommand) -> int:
    """Return the factor by which the allowance of an OPD is multiplied for this command."""
    if not isinstance(command, OpdCommand):
        return DESK_ROOM
    return ENDING_ROOM if isinstance(command, Accept | Decline | Resolve) else 1


def with_reply(case: Case, text: str) -> dict[str, Any]:
    """Return the changed fields after one more reply. The row keeps the last ones; the citizen's page has more."""
    replies = last_within((*case.replies, text), KEPT_REPLIES, KEPT_REPLY_BYTES)
    return {"replies": replies, "replied": max(case.replied, len(case.replies)) + 1}
