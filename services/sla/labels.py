"""Owners, topics, roles and due times in plain Indonesian, for officers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from typing import Any

from shared.labels import CHANNELS, DESKS, ROLES, heading
from shared.reference import in_force, opds, region_names, topics
from shared.words import day_words
from shared.worktime import Timetable
from shared.worktime.table import micros

CONDITIONS = {"class_": "golongan", "priority": "prioritas", "topic": "pokok", "opd": "OPD", "channel": "kanal"}
RUN_STATES = {"running": "berjalan", "paused": "dijeda", "met": "terpenuhi", "ended": "berakhir"}
# A working week of 37.5 hours has five days.
OFFICE_DAY_HOURS = 7.5
DESK = heading(DESKS["triage"])
EFFECTS = {
    "moves": "bergeser",
    "breaches": "menjadi terlambat",
    "saved": "tidak lagi terlambat",
    "unknown": "tidak dapat dipastikan",
    "level_added": "tingkat baru",
    "level_removed": "tingkat dihapus",
    "level_moved": "waktunya berubah",
    "level_told_to": "penerimanya berubah",
}


def owner_name(code: str | None, on: date | None = None) -> str:
    """Return an OPD's name, or the desk's name for cases that no OPD has.

    ``on``: a day of the past, whose name the OPD has then. A later day gives today's name.
    """
    if code is None or code == "triage":
        return DESK
    table = in_force()
    found = opds().get(code) if on is None or on >= table.day else table.opd_on(code, on)
    return found.name if found else code


def short_name(code: str) -> str:
    """Return an OPD's short name, for charts."""
    found = opds().get(code)
    return found.short_name if found else DESK if code == "triage" else code


def topic_name(code: str) -> str:
    """Return a topic as words."""
    if code in ("none", "other"):
        return "Belum diketahui" if code == "none" else "Lainnya"
    words = topics().get(code) or code.replace("-", " ").replace("_", " ")
    return heading(words)


def join_words(names: Any) -> str:
    """Join names as in "A, B dan C"."""
    found = list(names)
    return " dan ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def roles_label(roles: Sequence[str]) -> str:
    """Return the roles that are told, as words."""
    return join_words(ROLES[role] for role in roles) or "tidak ada yang diberi tahu"


def time_left(table: Timetable, due: datetime, now: datetime) -> str:
    """Return the time left, such as "2 hari kerja lagi", "hari ini pukul 16.00" or "lewat 1 hari kerja"."""
    today, day = table.local_date(micros(now)), table.due_date(micros(due))
    if due >= now:
        days = table.working_days(today, day) if day > today else 0
        if day == today:
            return f"hari ini pukul {due.astimezone(table.zone):%H.%M}"
        return f"{days} hari kerja lagi" if days else "sebelum hari kerja berikutnya"
    days = table.working_days(day, today) if today > day else 0
    return f"lewat {days} hari kerja" if days else "lewat sejak hari ini"


def office_hours(seconds: float | None) -> str:
    """Return seconds as office hours, such as "3,5", or a dash if nothing ended."""
    if seconds is None:
        return "–"
    return f"{seconds / 3600:.1f}".replace(".", ",")


def channel_name(code: str) -> str:
    """Return the channel of complaints as words. Older measures have none; other systems have channels of their own."""
    return heading(CHANNELS.get(code, "lainnya" if code else "tidak diketahui"))


def region_name(code: str) -> str:
    """Return a regency or city as words. Many complaints name none."""
    return region_names().get(code, "Tidak disebut")


def percent(share: float | None) -> str:
    """Return a share as words, such as "85%", or a dash of nothing."""
    return "–" if share is None else f"{round(share * 100)}%"


def count_words(count: int) -> str:
    """Return a count with points between the thousands."""
    return f"{count:,}".replace(",", ".")


def office_time(hours: int | None) -> str:
    """Return office hours as words: up to a working day in hours, longer ones in working days that have begun."""
    if hours is None:
        return "–"
    return f"{hours} jam kerja" if hours <= OFFICE_DAY_HOURS else f"{ceil(hours / OFFICE_DAY_HOURS)} hari kerja"


def month_words(month: str) -> str:
    """Return a month such as `2026-03` as words: "Maret 2026"."""
    return day_words(date.fromisoformat(f"{month}-01")).split(" ", 2)[2]


def rating_words(mean: float | None) -> str:
    """Return a mean rating such as "3,25", or a dash if nobody rated."""
    return "–" if mean is None else f"{mean:.2f}".replace(".", ",")
