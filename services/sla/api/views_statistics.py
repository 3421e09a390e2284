"""The statistics as callers read them: JSON and a CSV file."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.responses import Response

from services.sla.api.models_statistics import FiguresOut, LineOut, SharesOut, ToldOut
from services.sla.statistics.by_opd import ClockStatistics, StatisticsLine
from services.sla.statistics.export import statistics_csv
from services.sla.statistics.figures import Figures


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


def figures_out(one: Figures) -> FiguresOut:
    """Return what became of the answers of one OPD as callers read it."""
    return FiguresOut(
        opd=one.value,
        answers=one.answers,
        on_time=one.on_time,
        honest=one.promised,
        confirmed=one.confirmed,
        disputed=one.disputed,
        reopened=one.reopened,
        silent=one.silent,
        decided=one.decided,
        kept=one.kept,
        shares=SharesOut(
            disputed=_share(one, one.disputed), reopened=_share(one, one.reopened), silent=_share(one, one.silent)
        ),
    )


def _share(one: Figures, count: int) -> float | None:
    share = one.share(count)
    return None if share is None else round(share, 3)


def _rounded(mean: float | None) -> float | None:
    return None if mean is None else round(mean, 2)


def _clock_out(clock: ClockStatistics) -> ToldOut:
    hours = [None if value is None else round(value / 3600, 2) for value in (clock.median, clock.p90)]
    return ToldOut(on_time=clock.on_time, late=clock.late, median_hours=hours[0], p90_hours=hours[1])
