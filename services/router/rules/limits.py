"""The limits of a case: what an OPD may do on it, and what its row keeps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from services.router.state import Case
from shared.reference.authorities import Authorities, shipped_authorities
from shared.shortening import last_within
from shared.tally import Allowance

# After so many transfers the arbiter decides.
MAX_TRANSFERS: Final = 3
KEPT_REPLIES: Final = 100
KEPT_REPLY_BYTES: Final = 400_000
KEPT_ATTACHMENTS: Final = 200
KEPT_ATTACHMENT_BYTES: Final = 60_000
KEPT_VOICES: Final = 100
KEPT_VOICE_BYTES: Final = 400_000
KEPT_REFUSALS: Final = 50
# When a case joins another, one event names all its followers. So their number must be limited.
MAX_FOLLOWERS: Final = 2_000

# So many OPDs help at one time, and so many parts a row keeps.
MAX_HELPERS: Final = 5
MAX_PARTS: Final = 15

# The most that an OPD may do on one case, unless the settings say otherwise.
ALLOWANCE = Allowance(acts_a_day=50, bytes_a_day=150_000, acts=500, bytes=600_000)


@dataclass(frozen=True, slots=True)
class CaseLimits:
    """The limits from the settings.

    ``put_off_days``: the most days from today to which a case may be put off.
    ``put_off_times``: how often a case may be put off in one round.
    ``allowance``: the most that an OPD may do on one case.
    ``calls_percent``: the share of the cases closed by silence whose citizens are called.
    ``hold_hours``: after so many hours a held case goes on by itself.
    ``mirror``: complaints of every channel go to SP4N too.
    ``lead_asks_help``: whether the OPD that has a case may ask others for help. The desk always may.
    ``refer_certainty``: below this certainty no case is referred without a person, whatever the model's own threshold.
    ``authorities``: the offices outside the province, with their addresses.
    """

    put_off_days: int = 60
    put_off_times: int = 3
    allowance: Allowance = ALLOWANCE
    calls_percent: int = 5
    hold_hours: int = 24
    mirror: bool = False
    lead_asks_help: bool = True
    refer_certainty: float = 0.8
    authorities: Authorities = field(default_factory=shipped_authorities)


LIMITS = CaseLimits()


def fields_with_reply(case: Case, text: str) -> dict[str, Any]:
    """Return the changed fields after one more reply. The row keeps the last ones; the citizen's page has more."""
    replies = last_within((*case.replies, text), KEPT_REPLIES, KEPT_REPLY_BYTES)
    return {"replies": replies, "replied": max(case.replied, len(case.replies)) + 1}


def in_sample(key: UUID, percent: int) -> bool:
    """Return whether a case belongs to the sample. The same cases belong to it on every replica and at any time."""
    return int.from_bytes(hashlib.sha256(key.bytes).digest()[:8], "big") % 100 < percent
