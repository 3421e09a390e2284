"""The reading of dates as genuine files have them: Excel dates, Indonesian months, ISO dates and dates in digits.

For dates in digits the whole column tells the order of day and month.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Final

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
_DAY_MONTH_YEAR = re.compile(r"(?:[A-Za-z']+,? +)?(\d{1,2})[ \-/.]+([A-Za-z]{3,9})\.?[ \-/.]+(\d{4})(?:[ T,]+\d.*)?")
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?")
_FIGURES = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[ T,]+\d.*)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_CLOCK = re.compile(
    r"(?:.*[ T])?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?(?: ?(WIB|WITA|WIT|UTC|Z))?", re.IGNORECASE
)
# Hours ahead of UTC. A time without a zone is in UTC, as SP4N writes it.
_ZONES: Final = {"wib": 7, "wita": 8, "wit": 9}
_EPOCH: Final = datetime(1899, 12, 30, tzinfo=UTC)
# LAPOR! went into service in 2011. A date before 2010 is a typing error.
EARLIEST: Final = date(2010, 1, 1)
# A date may lie this far in the future: clocks differ, and exports put the office's date beside a time in UTC.
AHEAD_AT_MOST: Final = timedelta(days=1)


class BadDate(ValueError):
    """A date or time cannot be read. The message gives the reason in Indonesian and follows the column's name."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of day and month in a column of dates, as the column's own values prove it.

    ``first`` is "day" or "month", "both" if values contradict each other, or "" if no value proves an order.
    ``swapped`` means that Excel read the column in the other order and converted some values to dates, perhaps wrongly.
    """

    first: str = ""
    swapped: bool = False


def order_of(values: Iterable[Any]) -> Order:
    """Return the order of day and month that all values of one column prove."""
    day = month = open_ones = False
    real: list[date] = []
    for value in values:
        if isinstance(value, datetime):
            real.append(value.date())
        elif isinstance(value, str) and (found := _FIGURES.fullmatch(tidy(value))):
            first, second = int(found[1]), int(found[2])
            day, month = day or first > 12 >= second, month or second > 12 >= first
            open_ones = open_ones or (first <= 12 and second <= 12)
    proven = "both" if day and month else "day" if day else "month" if month else ""
    swapped = bool(real) and proven in {"day", "month"} and not open_ones and all(one.day <= 12 for one in real)
    return Order(proven, swapped)


def read_date(value: Any, order: Order) -> date:
    """Return the date in one cell of a column. Raise BadDate unless the cell has exactly one reading, from 2010 on."""
    found = _date(value, order)
    if found < EARLIEST:
        raise BadDate(f'"{_shown(value)}" terlalu lampau: SP4N-LAPOR! belum ada pada tanggal itu.')
    return found


def _date(value: Any, order: Order) -> date:
    if isinstance(value, datetime):
        if order.swapped and value.day <= 12 and value.day != value.month:
            raise BadDate(
                "mungkin tertukar hari dan bulannya oleh Excel; ubah kolom ini menjadi teks seperti 18 Jan 2024."
            )
        return value.date()
    if isinstance(value, date):
        return value
    written = tidy(str(value))
    if isinstance(value, float | int) or _SERIAL.fullmatch(written):
        return _from_serial(float(value), written)
    try:
        if iso := _ISO_DATE.fullmatch(written):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if named := _DAY_MONTH_YEAR.fullmatch(written):
            return date(int(named[3]), _MONTHS[named[2][:3].lower()], int(named[1]))
        if figures := _FIGURES.fullmatch(written):
            return _from_figures(int(figures[1]), int(figures[2]), int(figures[3]), order, written)
    except BadDate:
        raise
    except (KeyError, ValueError):
        raise BadDate(f'"{written[:30]}" tidak ada di kalender.') from None
    raise BadDate(f'"{written[:30]}" tidak terbaca; contoh yang benar: 18 Jan 2024.')


def _from_figures(first: int, second: int, year: int, order: Order, written: str) -> date:
    if first > 12 or second > 12:
        # A number above twelve must be the day. That decides, unless the column mixes both orders.
        if order.first == "both":
            raise BadDate(f'"{written}" tidak pasti: di kolom ini ada tanggal dengan urutan hari/bulan dan bulan/hari.')
        return date(year, second, first) if first > 12 else date(year, first, second)
    if first == second or order.first == "day":
        return date(year, second, first)
    if order.first == "month":
        return date(year, first, second)
    raise BadDate(
        f'"{written}" dapat dibaca dua cara (hari/bulan atau bulan/hari) dan kolom ini tidak menunjukkan yang mana; '
        "tulis bulannya dengan huruf, misalnya 18 Jan 2024."
    )


def _from_serial(serial: float, written: str) -> date:
    if not 0 < serial < 100_000:
        raise BadDate(f'"{written[:30]}" tidak terbaca; contoh yang benar: 18 Jan 2024.')
    return (_EPOCH + timedelta(days=int(serial))).date()


def read_time(value: Any) -> time:
    """Return the time of day in a cell, with its zone where the cell names one.

    SP4N writes times in UTC. Raise BadDate for an unreadable cell.
    """
    if isinstance(value, datetime):
        return value.time().replace(microsecond=0)
    if isinstance(value, time):
        return value.replace(microsecond=0, tzinfo=None)
    if isinstance(value, float) and 0 <= value < 1:
        return (_EPOCH + timedelta(seconds=min(round(value * 86_400), 86_399))).time()
    written = tidy(str(value))
    found = _CLOCK.fullmatch(written)
    try:
        if found:
            hours = _ZONES.get((found[4] or "").lower())
            zone = timezone(timedelta(hours=hours)) if hours else None
            return time(int(found[1]), int(found[2]), int(found[3] or 0), tzinfo=zone)
    except ValueError:
        found = None
    raise BadDate(f'"{written[:30]}" tidak terbaca; contoh yang benar: 01:33:26.')


def instant(day: date, clock: time, now: datetime | None) -> datetime:
    """Return the instant of a date and a time in UTC. Raise BadDate if it lies more than a day after ``now``."""
    found = datetime.combine(day, clock, clock.tzinfo or UTC).astimezone(UTC)
    if now is not None and found > now + AHEAD_AT_MOST:
        raise BadDate(f"{day.isoformat()} belum terjadi; periksa tanggal dan tahunnya.")
    return found


def _shown(value: Any) -> str:
    return value.date().isoformat() if isinstance(value, datetime) else tidy(str(value))[:30]
