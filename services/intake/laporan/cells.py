"""The conversion of one row's cells. An unreadable cell makes its row bad, with a reason in Indonesian."""

import re
from typing import Any, Final

from shared.events.fact import State
from shared.sp4n import meaning_of
from shared.text import tidy

from .sheet import CellError

# In characters: the greatest length of a complaint's text in any channel (shared.events.fact.Text).
MAX_TEXT: Final = 20_000
_TRACKING_ID = re.compile(r"\d{1,20}")
_ERRORS: Final = re.compile(
    r"#(?:NAME\?|REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|BUSY!|PYTHON!|EXTERNAL!"
    r"|GETTING_DATA)|#[A-Z][A-Z0-9/_]*[!?]|#{3,}|Err:\d{3}|Loading\.{3}",
    re.IGNORECASE,
)


class BadCell(ValueError):
    """A cell cannot be read. The message names the cell and the reason in Indonesian."""


def broken(value: Any) -> str | None:
    """Return the error that Excel left in place of a value, or None."""
    if isinstance(value, CellError):
        return value.word or "#N/A"
    written = value.strip() if isinstance(value, str) else ""
    return written if _ERRORS.fullmatch(written) else None


def text(value: Any) -> str | None:
    """Return a cell as text, or None if the cell is empty or a lone dash."""
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    written = tidy(str(value))
    return None if written in {"", "-"} else written


def tracking_id(value: Any) -> str:
    """Return SP4N's Tracking ID: digits, as text. Raise BadCell for anything else."""
    written = text(value)
    if written is None:
        raise BadCell("Tracking ID kosong.")
    if not _TRACKING_ID.fullmatch(written):
        raise BadCell("Tracking ID harus berupa angka.")
    return written


def flags(value: Any) -> tuple[bool, bool]:
    """Return (anonim, rahasia) from a list of words joined by "|".

    Raise BadCell for an unknown word, because the word may ask for protection.
    """
    words = {word.strip().lower() for word in re.split(r"[|,;/]", text(value) or "")} - {""}
    if unknown := words - {"anonim", "rahasia"}:
        raise BadCell(f'Tipe Laporan "{min(unknown)[:30]}" tidak dikenal; yang dikenal: Anonim, Rahasia.')
    return "anonim" in words, "rahasia" in words


def status(value: Any) -> tuple[str, State, str | None]:
    """Return SP4N's status, our state and the actor who ended the complaint. Raise BadCell for an unknown status."""
    written = text(value)
    if written is None:
        raise BadCell("Status Laporan kosong.")
    found = meaning_of(written)
    if found is None:
        raise BadCell(f'Status Laporan "{written[:40]}" tidak dikenal.')
    return written, *found
