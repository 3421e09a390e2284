"""The circumstances of a change of the rules, as a caller gives them by JSON or by a form."""

from __future__ import annotations

from services.sla.actions.rules import RuleChange
from services.sla.api.models_rules import Why
from shared.web.keys import Key


def change_from(caller: Key, body: Why) -> RuleChange:
    """Return the circumstances of a change that a caller asks for."""
    return RuleChange(version=body.version, who=f"{caller.owner} ({caller.actor})", why=body.why)
