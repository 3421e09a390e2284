"""The common knowledge of imports and the live connection about SP4N-LAPOR!: its status words, and the mark of our texts."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from shared.events.fact import State

SP4N: Final = "sp4n"
# Our state, and the actor who ended the complaint, for each status of SP4N (docs/architecture/intake.md).
STATUSES: Final[dict[str, tuple[State, str | None]]] = {
    "belum terverifikasi": ("verification", None),
    "menunggu kelengkapan informasi": ("awaiting_citizen", None),
    "terverifikasi": ("assigned", None),
    "ditanggapi oleh pelapor": ("in_progress", None),
    "ditutup oleh sistem": ("closed", "system"),
    "ditutup oleh admin": ("closed", "admin"),
    "ditutup oleh pelapor": ("closed", "reporter"),
    "diarsipkan oleh sistem": ("archived", "system"),
    "diarsipkan oleh admin": ("archived", "admin"),
    "diarsipkan oleh pelapor": ("archived", "reporter"),
    "konten terblokir": ("archived", None),
}


def meaning_of(status: str) -> tuple[State, str | None] | None:
    """Return our state and who ended the complaint for a status of SP4N, or None for a word that we do not know."""
    return STATUSES.get(" ".join(status.lower().split()))


_MARK: Final = re.compile(r"\[Tanggap (KT-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]) ([0-9a-f]{8})(?:/(\d{1,9}))?\]")


def mark_of(ticket: str, secret: bytes, number: int | None = None) -> str:
    """Return the mark at the end of what we write there: our ticket, sealed, and the number of a follow-up.

    The seal keeps anybody else from writing in our name about another complaint.
    """
    return f"[Tanggap {ticket} {_seal(ticket, secret)}{'' if number is None else f'/{number}'}]"


def marked_ticket(text: str, secret: bytes) -> str | None:
    """Return the ticket of the first true mark in a text, or None if we did not write the text."""
    return next(
        (found[1] for found in _MARK.finditer(text) if hmac.compare_digest(found[2], _seal(found[1], secret))), None
    )


def _seal(ticket: str, secret: bytes) -> str:
    return hashlib.blake2s(ticket.encode(), key=secret[:32], digest_size=4, person=b"sp4nmark").hexdigest()
