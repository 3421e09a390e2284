"""The statistics as callers and officers read them: JSON, a CSV file and the values of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from starlette.responses import Response

from services.sla.api.models_statistics import LineOut, ToldOut
from services.sla.labels import office_hours, owner_name, rating_words, short_name, topic_name
from services.sla.statistics.by_opd import ClockStatistics, StatisticsLine
from services.sla.statistics.charts import BarPair, draw_bars
from services.sla.statistics.export import statistics_csv

# The number of OPDs in a chart.
DRAWN = 12
MET = "Tanggapan pertama: tepat waktu dan terlambat, per OPD"
TIME = "Lama sampai tanggapan pertama: median dan p90 dalam jam kerja, per OPD"


def csv_response(lines: Iterable[StatisticsLine]) -> Response:
    """Return a CSV file to download. The byte order mark at its beginning tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": 'attachment; filename="angka-tenggat.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + statistics_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)


def line_out(line: StatisticsLine) -> LineOut:
    """Return a line of the statistics as callers read it."""
    return LineOut(
        opd=line.opd,
        topic=line.topic,
        respond=_clock_out(line.respond),
        resolve=_clock_out(line.resolve),
        pauses=line.pauses,
        transfers=line.transfers,
        disputes=line.disputes,
        asked=line.asked,
        answered=line.answered,
        confirmed=line.confirmed,
        rated=line.rated,
        satisfied=line.satisfied,
        rating=_rounded(line.rating),
    )


def _rounded(mean: float | None) -> float | None:
    return None if mean is None else round(mean, 2)


def _clock_out(clock: ClockStatistics) -> ToldOut:
    hours = [None if value is None else round(value / 3600, 2) for value in (clock.median, clock.p90)]
    return ToldOut(on_time=clock.on_time, late=clock.late, median_hours=hours[0], p90_hours=hours[1])


def statistics_page(lines: Sequence[StatisticsLine]) -> dict[str, Any]:
    """Return two charts of the OPDs with the most deadlines, and the table of all."""
    everybody = next((line for line in lines if line.opd is None), None)
    each = sorted((line for line in lines if line.opd and line.topic is None), key=_size, reverse=True)
    drawn = each[:DRAWN]
    met = [
        BarPair(
            short_name(line.opd or ""),
            line.respond.on_time,
            line.respond.late,
            str(line.respond.on_time),
            str(line.respond.late),
        )
        for line in drawn
    ]
    time = [
        BarPair(
            short_name(line.opd or ""),
            line.respond.median or 0,
            line.respond.p90 or 0,
            _hours(line.respond.median),
            _hours(line.respond.p90),
        )
        for line in drawn
    ]
    table = [_line_values(line) for line in lines if line.opd]
    return {
        "all": _line_values(everybody) if everybody and table else None,
        "lines": table,
        "more": len(each) > DRAWN,
        "shown": DRAWN,
        "plot_met": draw_bars(MET, ("tepat waktu", "terlambat"), met, "gambar-tepat"),
        "plot_time": draw_bars(TIME, ("median", "p90"), time, "gambar-lama"),
    }


def _size(line: StatisticsLine) -> int:
    return line.respond.on_time + line.respond.late + line.resolve.on_time + line.resolve.late


def _line_values(line: StatisticsLine) -> dict[str, Any]:
    opd = owner_name(line.opd) if line.opd else "Semua OPD"
    topic = topic_name(line.topic) if line.topic else "semua"
    return {
        "opd": opd,
        "topic": topic,
        "respond": _clock_values(line.respond),
        "resolve": _clock_values(line.resolve),
        "pauses": line.pauses,
        "transfers": line.transfers,
        "disputes": line.disputes,
        "asked": line.asked,
        "answered": line.answered,
        "confirmed": line.confirmed,
        "rated": line.rated,
        "satisfied": line.satisfied,
        "rating": rating_words(line.rating),
    }


def _clock_values(clock: ClockStatistics) -> dict[str, Any]:
    return {
        "on_time": clock.on_time,
        "late": clock.late,
        "median": office_hours(clock.median),
        "p90": office_hours(clock.p90),
    }


def _hours(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / 3600:.1f} jam".replace(".", ",")
