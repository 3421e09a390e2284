"""The rules for inputs whose case is unknown or erased."""

from __future__ import annotations

from services.router.errors import NoSuchCase
from services.router.rules.commands import CaseCommand
from services.router.rules.context import Context
from services.router.rules.opd_updates import refuse
from services.router.state import Case
from shared.events.opd import Update
from shared.pipeline import Change


def refuse_update(context: Context, fact: Update) -> Change[Case]:
    """Answer the OPD that the case is unknown."""
    draft = context.draft()
    refuse(draft, context.item, "unknown_case", "Aduan itu tidak dikenal.", fact)
    return draft.change()


def refuse_command(_context: Context, _command: CaseCommand) -> Change[Case]:
    """Raise NoSuchCase."""
    raise NoSuchCase
