"""Cells as genuine files have them: text, numbers or Excel dates, months in Indonesian, times in UTC."""

import re
from datetime import UTC, date, datetime, time
from typing import Any, Final

from shared.events.fact import State
from shared.text import tidy

_MONTHS: Final = {
    "jan": 1,
    "feb": 2,
    "peb": 2,
    "mar": 3,
    "apr": 4,
    "mei": 5,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "agu": 8,
    "agt": 8,
    "ags": 8,
    "aug": 8,
    "sep": 9,
    "okt": 10,
    "oct": 10,
    "nov": 11,
    "nop": 11,
    "des": 12,
    "dec": 12,
}
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[ \-/.]+([A-Za-z]{3,9})\.?[ \-/.]+(\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T].*)?")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?")
_TRACKING_ID = re.compile(r"\d{1,20}")

# SP4N's status words -> (our state, by whom), domain.md "Life of a case".
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


def instant(day: Any, clock: Any) -> datetime:
    """When the report was filed, from its date and its time of day in UTC."""
    return datetime.combine(_date(day), _time(clock), UTC)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    written = text(value)
    if written is None:
        raise BadCell("Tanggal Laporan Masuk kosong.")
    try:
        if iso := _ISO_DATE.fullmatch(written):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if named := _DAY_MONTH_YEAR.fullmatch(written):
            return date(int(named[3]), _MONTHS[named[2][:3].lower()], int(named[1]))
    except (KeyError, ValueError):
        raise BadCell(f'Tanggal Laporan Masuk "{written[:30]}" tidak ada di kalender.') from None
    raise BadCell(f'Tanggal Laporan Masuk "{written[:30]}" tidak terbaca; contoh yang benar: 18 Jan 2024.')


def _time(value: Any) -> time:
    if isinstance(value, datetime):
        return value.time().replace(microsecond=0)
    if isinstance(value, time):
        return value.replace(microsecond=0, tzinfo=None)
    written = text(value)
    if written is None:
        raise BadCell("Waktu Laporan Masuk kosong.")
    found = _CLOCK.fullmatch(written)
    try:
        if found:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
    except ValueError:
        found = None
    raise BadCell(f'Waktu Laporan Masuk "{written[:30]}" tidak terbaca; contoh yang benar: 01:33:26.')


def flags(value: Any) -> tuple[bool, bool]:
    """(anonim, rahasia) from the "|"-joined set; an unknown word makes the row bad, for it may hide someone."""
    words = {word.strip().lower() for word in (text(value) or "").split("|")} - {""}
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
