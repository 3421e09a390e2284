"""How much a case takes of those who work on it, and how much of what is said stays on its row."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from services.router.errors import TooManyActs
from services.router.rules.commands import Accept, CaseCommand, Decline, OpdCommand, Resolve
from services.router.rules.draft import Draft
from services.router.state import Case
from shared.shortening import last_within
from shared.tally import Tally, seconds_left, size_of

DESK_ROOM: Final = 4
"""A desk must still be able to decide where an OPD has used up its acts."""
ENDING_ROOM: Final = 2
"""Nor may an OPD that has said too much be kept from its answer."""
KEPT_REPLIES: Final = 100
KEPT_REPLY_BYTES: Final = 400_000
KEPT_ATTACHMENTS: Final = 200
KEPT_ATTACHMENT_BYTES: Final = 60_000
MAX_FOLLOWERS: Final = 2_000
"""All followers of a case stand in one event when it joins another."""


def count(draft: Draft, command: CaseCommand) -> None:
    """Count an act on the case. Raises TooManyActs where it takes no more."""
    texts = (getattr(command, field.name) for field in fields(command))
    tally = (draft.case.acts or Tally()).with_act(draft.at, size_of(*(text for text in texts if isinstance(text, str))))
    bound = draft.limits.allowance.passed(tally, _room(command))
    if bound is not None:
        raise TooManyActs(bound, seconds_left(draft.at))
    draft.set(acts=tally)


def _room(command: CaseCommand) -> int:
    if not isinstance(command, OpdCommand):
        return DESK_ROOM
    return ENDING_ROOM if isinstance(command, Accept | Decline | Resolve) else 1


def with_reply(case: Case, text: str) -> dict[str, Any]:
    """Return the fields of a case that has heard one text more: the row keeps the last ones, the citizen's own page has more."""
    replies = last_within((*case.replies, text), KEPT_REPLIES, KEPT_REPLY_BYTES)
    return {"replies": replies, "replied": max(case.replied, len(case.replies)) + 1}
