"""Cells of one row in our words; whatever cannot be read makes the row bad and is named in Indonesian."""

import re
from typing import Any, Final

from shared.events.fact import State
from shared.text import tidy

from .sheet import CellError

# As long as a complaint may be anywhere (shared.events.fact.Text).
MAX_TEXT: Final = 20_000
_TRACKING_ID = re.compile(r"\d{1,20}")
_ERRORS: Final = re.compile(
    r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|PYTHON!|EXTERNAL!"
    r"|GETTING_DATA)|#{3,}|Err:\d{3}",
    re.IGNORECASE,
)

# SP4N's status words -> (our state, by whom), docs/architecture/intake.md.
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


class BadCell(ValueError):
    """A cell cannot be read; the message says in Indonesian which and why."""


def broken(value: Any) -> str | None:
    """The error that Excel left in place of a value, or None."""
    if isinstance(value, CellError):
        return value.word or "#N/A"
    written = value.strip() if isinstance(value, str) else ""
    return written if _ERRORS.fullmatch(written) else None


def text(value: Any) -> str | None:
    """A cell as text, None where it is empty or a lone dash."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = tidy(str(value))
    return None if written in {"", "-"} else written


def tracking_id(value: Any) -> str:
    """SP4N's number: digits, as text."""
    written = text(value)
    if written is None:
        raise BadCell("Tracking ID kosong.")
    if not _TRACKING_ID.fullmatch(written):
        raise BadCell("Tracking ID harus berupa angka.")
    return written


def flags(value: Any) -> tuple[bool, bool]:
    """(anonim, rahasia) from the "|"-joined set; an unknown word makes the row bad, for it may hide someone."""
    words = {word.strip().lower() for word in re.split(r"[|,;/]", text(value) or "")} - {""}
    if unknown := words - {"anonim", "rahasia"}:
        raise BadCell(f'Tipe Laporan "{min(unknown)[:30]}" tidak dikenal; yang dikenal: Anonim, Rahasia.')
    return "anonim" in words, "rahasia" in words


def status(value: Any) -> tuple[str, State, str | None]:
    """(SP4N's word, our state, by whom)."""
    written = text(value)
    if written is None:
        raise BadCell("Status Laporan kosong.")
    found = STATUSES.get(" ".join(written.lower().split()))
    if found is None:
        raise BadCell(f'Status Laporan "{written[:40]}" tidak dikenal.')
    return written, *found
