"""The questions to the citizen."""

from __future__ import annotations

from services.router.rules.draft import Draft
from shared.events import cases


def ask_citizen(draft: Draft, question: str, code: str | None) -> None:
    """Ask the citizen for information. After the answer the case returns to its present state.

    ``code``: the OPD that asks. None: the triage desk asks.
    """
    draft.set(before=draft.case.state, state="awaiting_citizen", question=question, since=draft.at)
    draft.emit(cases.InfoRequested(opd=code, question=question))
    draft.copy_to_sp4n("question", question)
    draft.send_snapshot()
