"""Dates, limits and the explanation of a due time, in plain Indonesian."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from shared.words import day_words
from shared.worktime.deadlines import Limit, Offset, Pause, Unit, union
from shared.worktime.table import Timetable, micros, moment

UNITS = {
    Unit.WORKING_DAY: "hari kerja",
    Unit.WORKING_HOUR: "jam kerja",
    Unit.CALENDAR_DAY: "hari kalender",
    Unit.MINUTE: "menit",
}
PREFIXES = re.compile(r"^(?:Hari kedua dari )?(?:Hari Raya|Hari Suci) ")
SHORT = (
    ("Idul Fitri", "Idulfitri"),
    ("Idul Adha", "Iduladha"),
    (" Nabi Muhammad", ""),
    ("Tahun Baru Masehi", "Tahun Baru"),
    ("Tahun Baru Imlek", "Imlek"),
    ("Hari Kemerdekaan Republik Indonesia", "Hari Kemerdekaan"),
    ("Hari Buruh Internasional", "Hari Buruh"),
    ("Pemilihan Kepala Daerah", "Pilkada"),
)
OFFSET_UNITS = {"d": "hari kerja", "h": "jam kerja", "m": "menit"}


def moment_words(table: Timetable, at: datetime) -> str:
    """Return a moment in words, such as "Senin, 16 Maret 2026 pukul 16.00 WITA"."""
    local = at.astimezone(table.zone)
    seconds = f".{local.second:02}" if local.second else ""
    return f"{day_words(local.date())} pukul {local:%H.%M}{seconds} {table.calendar.zone_label}"


def amount_words(amount: float) -> str:
    """Return a number in Indonesian spelling: 5, or 1,5."""
    return f"{amount:.10g}".replace(".", ",")


def limit_words(limit: Limit) -> str:
    """Return a limit in words, such as "5 hari kerja"."""
    return f"{amount_words(limit.amount)} {UNITS[limit.unit]}"


def offset_words(offset: Offset) -> str:
    """Return an offset in words, such as "1 hari kerja sebelum tenggat"."""
    if not offset.amount:
        return "tepat pada tenggat"
    side = "sebelum" if offset.amount < 0 else "sesudah"
    return f"{amount_words(abs(offset.amount))} {OFFSET_UNITS[offset.unit]} {side} tenggat"


def duration_words(microseconds: int) -> str:
    """Return a duration in words, such as "3 jam 30 menit"."""
    minutes, rest = divmod(round(microseconds / 1_000_000), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "jam"), (minutes, "menit"), (rest, "detik")]
    return " ".join(f"{number} {name}" for number, name in parts if number) or "0 menit"


def summary(table: Timetable, start: datetime, limit: Limit, due: datetime, pauses: Sequence[Pause] = ()) -> str:
    """Return one sentence, such as "5 hari kerja sejak 16 Maret, tanpa Nyepi dan cuti bersama Idulfitri".

    The year is named only when the due time lies in another year.
    """
    begin = start.astimezone(table.zone).date()
    since = day_words(begin).partition(", ")[2]
    if due.astimezone(table.zone).year == begin.year:
        since = since.rpartition(" ")[0]
    text = f"{limit_words(limit)} sejak {since}"
    if limit.unit in {Unit.WORKING_DAY, Unit.WORKING_HOUR}:
        skipped = _skipped(table, begin.toordinal() + 1, table.due_date(micros(due)))
        text += f", tanpa {_listed(skipped)}" if skipped else ""
    if union(micros(start), pauses):
        text += ", ditambah waktu jeda"
    return text


def _skipped(table: Timetable, first: int, last: int) -> list[str]:
    names: dict[str, None] = {}
    for ordinal in range(first, last + 1):
        plan = table.plan(date.fromordinal(ordinal))
        if not plan.working and plan.note and table.calendar.week[date.fromordinal(ordinal).weekday()]:
            names.setdefault(short_name(plan.note))
    return list(names)


def short_name(name: str) -> str:
    """Return a holiday's everyday name. An unknown name is returned unchanged.

    `Cuti Bersama Hari Raya Idul Fitri` becomes "cuti bersama Idulfitri".
    """
    together = re.match(r"(?:\S+ )?cuti bersama (?:dari )?", name, re.IGNORECASE)
    if together:
        return f"cuti bersama {short_name(name[together.end() :])}"
    text = "; ".join(re.sub(PREFIXES, "", part.strip()) for part in name.replace(" (perkiraan)", "").split(";"))
    for long, short in SHORT:
        text = text.replace(long, short)
    return text


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " dan " + names[-1]


def explain(table: Timetable, start: datetime, limit: Limit, due: datetime, pauses: Sequence[Pause] = ()) -> list[str]:
    """Return how a due time came about, one line per day, in order."""
    begin, end = micros(start), micros(due)
    spans = union(begin, pauses)
    lines = [f"Mulai {moment_words(table, start)}; batas {limit_words(limit)}."]
    for a, b in spans:
        lines.append(f"Jeda {moment_words(table, moment(a))} sampai {moment_words(table, moment(b))}: tidak dihitung.")
    if limit.unit is Unit.WORKING_DAY:
        lines += _by_days(table, begin, end, spans)
    elif limit.unit is Unit.WORKING_HOUR:
        lines += _by_hours(table, begin, end, spans)
    elif limit.unit is Unit.CALENDAR_DAY:
        last = day_words(date.fromordinal(table.due_date(end)))
        lines.append(
            f"Setiap tanggal dihitung, juga hari libur; berakhir pukul 24.00 {table.calendar.zone_label} pada {last}."
        )
    else:
        lines.append("Setiap menit dihitung, juga di luar jam kerja.")
    lines.append(f"Tenggat: {moment_words(table, due)}.")
    return lines


def _by_days(table: Timetable, begin: int, end: int, spans: list[tuple[int, int]]) -> list[str]:
    first, last = table.local_date(begin), table.due_date(end)
    paused = [(table.local_date(a), table.local_date(b)) for a, b in spans]
    lines, number = [f"{day_words(date.fromordinal(first))}: hari mulai, belum dihitung (hari ke-0)."], 0
    for ordinal in range(first + 1, last + 1):
        day = date.fromordinal(ordinal)
        plan = table.plan(day)
        if not plan.working:
            lines.append(f"{day_words(day)}: {_off(plan.note)}, tidak dihitung.")
        elif any(a < ordinal <= b for a, b in paused):
            lines.append(f"{day_words(day)}: jeda, tidak dihitung.")
        else:
            number += 1
            note = f" ({plan.note})" if plan.note else ""
            lines.append(f"{day_words(day)}: hari kerja ke-{number}{note}.")
    return lines


def _by_hours(table: Timetable, begin: int, end: int, spans: list[tuple[int, int]]) -> list[str]:
    lines, total = [], 0
    for ordinal in range(table.local_date(begin), table.due_date(end) + 1):
        day = date.fromordinal(ordinal)
        plan = table.plan(day)
        start, stop = max(begin, table.midnight_after(ordinal - 1)), min(end, table.midnight_after(ordinal))
        office = table.worked(stop) - table.worked(start)
        paused = sum(
            max(0, table.worked(min(b, stop)) - table.worked(max(a, start))) for a, b in spans if a < stop and b > start
        )
        if not plan.working:
            lines.append(f"{day_words(day)}: {_off(plan.note)}, tidak dihitung.")
            continue
        total += office - paused
        note = f" ({plan.note})" if plan.note else ""
        less = f" (dikurangi jeda {duration_words(paused)})" if paused else ""
        counted = duration_words(office - paused)
        lines.append(f"{day_words(day)}{note}: {counted} waktu kantor{less}, jumlah {duration_words(total)}.")
    return lines


def _off(note: str | None) -> str:
    return f"libur, {note}" if note else "akhir pekan"
