"""Closed sets of codes of the router."""

from typing import Literal

# Why something has not reached SP4N. Their words for people: `REASON_LABELS` in services/router/sp4n/reasons.py.
Sp4nReason = Literal[
    "unreachable",
    "throttled",
    "account",
    "no_answer",
    "server_error",
    "no_number",
    "refused",
    "gone",
    "unmapped_opd",
    "unmapped_authority",
    "unmapped_class",
    "file_skipped",
    "file_missing",
    "unsure",
    "double",
    "erased",
]
