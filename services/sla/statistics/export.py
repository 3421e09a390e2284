"""The statistics as CSV. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from services.sla.statistics.by_channel import CitizensLine
from services.sla.statistics.by_opd import StatisticsLine

COLUMNS = (
    "opd",
    "topik",
    "tanggapan_tepat_waktu",
    "tanggapan_terlambat",
    "tanggapan_median_jam_kerja",
    "tanggapan_p90_jam_kerja",
    "selesai_tepat_waktu",
    "selesai_terlambat",
    "selesai_median_jam_kerja",
    "selesai_p90_jam_kerja",
    "jeda",
    "dialihkan",
    "disanggah",
    "ditanya",
    "menjawab",
    "membenarkan",
    "menilai",
    "puas",
    "nilai_rata_rata_1_sampai_4",
)
CITIZENS_COLUMNS = (
    "bulan",
    "opd",
    "kanal",
    "ditanya",
    "menjawab",
    "membenarkan",
    "menilai",
    "puas",
    "nilai_rata_rata_1_sampai_4",
)
# The first characters of a cell that a spreadsheet takes for a formula.
UNSAFE = ("=", "+", "-", "@", "\t", "\r")


def statistics_csv(lines: Iterable[StatisticsLine]) -> str:
    """Return a CSV text (RFC 4180) with a line per OPD and topic. No cell begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for line in lines:
        if line.opd is None or line.topic is None:
            continue
        cells: list[str | int] = [line.opd, line.topic]
        for clock in (line.respond, line.resolve):
            cells += [clock.on_time, clock.late, _hours(clock.median), _hours(clock.p90)]
        cells += [line.pauses, line.transfers, line.disputes, line.asked, line.answered, line.confirmed]
        cells += [line.rated, line.satisfied, _rating(line.rating)]
        writer.writerow([safe_cell(str(cell)) for cell in cells])
    return out.getvalue()


def citizens_csv(lines: Iterable[CitizensLine]) -> str:
    """Return a CSV text with a line per month, OPD and channel."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CITIZENS_COLUMNS)
    for line in lines:
        if line.month is None:
            continue
        cells = [line.month, line.opd, line.channel, line.asked, line.answered, line.confirmed, line.rated]
        writer.writerow([safe_cell(str(cell)) for cell in [*cells, line.satisfied, _rating(line.rating)]])
    return out.getvalue()


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(UNSAFE) else text


def _rating(mean: float | None) -> str:
    return "" if mean is None else f"{mean:.2f}"


def _hours(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds / 3600:.2f}"
