"""The values of the page with the citizens to be called: pure, in Indonesian, with the numbers of people masked."""

from __future__ import annotations

import secrets
from typing import Any

from services.router.store import StoredCase
from shared.clock import WITA
from shared.labels import ANSWER_OUTCOMES, CHANNELS, heading
from shared.masking import masked
from shared.policy import DISPUTE_WITHIN
from shared.reference import opds, topic_words
from shared.words import day_words, instant_words


def as_call_row(found: StoredCase) -> dict[str, Any]:
    """Return one citizen to be called: the matter, the answer, and how the citizen wrote to us."""
    case = found.case
    opd = opds()[case.opd].name if case.opd in opds() else case.opd
    return {
        "ticket": case.ticket,
        "revision": case.revision,
        "once": secrets.token_urlsafe(12),
        "opd": opd,
        "topic": heading(topic_words(case.topic) or "pokok belum diketahui"),
        "outcome": heading(ANSWER_OUTCOMES[case.outcome]) if case.outcome else None,
        "answer": masked(case.answer) if case.answer else None,
        "channel": CHANNELS.get(case.channel, case.channel),
        "closed": instant_words(case.call_since) if case.call_since else "",
        "until": day_words((case.call_since + DISPUTE_WITHIN).astimezone(WITA).date()) if case.call_since else "",
    }
