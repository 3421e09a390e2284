"""The WhatsApp templates that `texts.toml` needs, in the form in which Meta takes them for approval.

A form is the body of a POST to `/{business account}/message_templates` of the Graph API.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from services.notifier.texts import fill, one_line, text_book

LANGUAGE: Final = "id"
CATEGORY: Final = "UTILITY"
PLACE: Final = re.compile(r"\{\{(\d+)\}\}")
# An invented case, from which the reviewers see what fills each place.
EXAMPLE: Final = {
    "ticket": "KT-7F3K-9Q2M-X",
    "survivor": "KT-4H8P-2T6W-R",
    "link": "https://aduan.kaltim.example/a/KT-7F3K-9Q2M-X",
    "opd": "Dinas Pekerjaan Umum",
    "to": "Pemerintah Kota Samarinda",
    "due": "Rabu, 18 Maret 2026 pukul 16.00 WITA",
    "was_due": "Rabu, 18 Maret 2026 pukul 16.00 WITA",
    "until": "Jumat, 27 Maret 2026",
    "answer": "Lampu jalan di Loa Janan sudah kami ganti.",
    "question": "Di sebelah mana lampu yang padam?",
    "reason": "Suku cadang baru tiba pekan depan.",
    "next_step": "Sampaikan langsung kepada pemerintah kota.",
    "clock": "ditanggapi",
    "news": "sudah dijawab",
    "closed_by": "silence",
    "text": "Pesan Anda kami catat.",
}
# The templates of several notices and of officers, whose values the code composes.
COMPOSED: Final = {
    "several": ("3", "KT-7F3K-9Q2M-X, KT-4H8P-2T6W-R", "Aduan KT-7F3K-9Q2M-X sudah dijawab", EXAMPLE["link"]),
    "approved": (EXAMPLE["ticket"], "Aduan baru tentang lampu jalan di Loa Janan.", EXAMPLE["link"]),
}


def template_forms() -> dict[str, dict[str, Any]]:
    """Return the form of each template by its name. A template that several texts use appears once."""
    forms: dict[str, dict[str, Any]] = {}
    for part, entry, approved in _approved(text_book(), "", {}):
        if approved["name"] not in forms:
            params = COMPOSED.get(part) or tuple(one_line(fill(param, EXAMPLE)) for param in approved["params"])
            buttons = entry.get("buttons", ()) if approved.get("quick_replies") else ()
            forms[approved["name"]] = _form(approved, params, [title for _, title in buttons])
    return dict(sorted(forms.items()))


def _approved(
    entry: dict[str, Any], part: str, above: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield each approved template with the part of the book that it is in, and the entry around it."""
    if "body" in entry:
        yield part, above, entry
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from _approved(value, part or name, entry)


def _form(approved: dict[str, Any], params: tuple[str, ...], titles: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {"type": "BODY", "text": approved["body"], "example": {"body_text": [[*params]]}}
    replies = [{"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": title} for title in titles]}]
    return {
        "name": approved["name"],
        "language": LANGUAGE,
        "category": CATEGORY,
        "components": [body, *(replies if titles else [])],
    }
