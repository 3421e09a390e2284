"""The words for who acted on a case."""

from __future__ import annotations

from services.router.labels import ACTOR_LABELS
from shared.reference import opds


def actor_words(actor: str) -> str:
    """Return who acted: the role or the OPD in words, and the id of the person or key behind it."""
    role, _, rest = actor.partition(":")
    if role == "opd":
        code, _, person = rest.partition(":")
        name = opds()[code].name if code in opds() else code
        return f"{name}, akun {person}" if person else f"{name}, sistem atau kunci instansi"
    words = ACTOR_LABELS.get(role, role)
    return f"{words}, akun {rest}" if rest else words
