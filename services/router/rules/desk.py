"""The checks that every command of a desk passes first."""

from __future__ import annotations

from services.router.errors import StaleRevision
from services.router.rules.acts import count_act
from services.router.rules.commands import CaseCommand
from services.router.rules.context import Context
from services.router.rules.draft import Draft


def begin_desk_command(context: Context, command: CaseCommand) -> Draft:
    """Return the draft for a command of a desk, with the act counted.

    Raise StaleRevision if the case changed since the caller read it, TooManyCaseActs if it takes no more acts now.
    """
    draft = context.draft()
    if command.revision is not None and command.revision != draft.case.revision:
        raise StaleRevision(draft.case.revision)
    count_act(draft, command)
    return draft
