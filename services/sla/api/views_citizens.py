"""The words of citizens after an answer, as callers and officers read it: JSON, a CSV file and the table of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from services.sla.api.models_statistics import CitizensOut
from services.sla.labels import channel_name, month_words, owner_name, rating_words
from services.sla.statistics.by_channel import CitizensLine
from services.sla.statistics.export import citizens_csv


def citizens_csv_response(lines: Iterable[CitizensLine]) -> Response:
    """Return a CSV file to download. The byte order mark at its beginning tells spreadsheets that it is UTF-8."""
    headers = {"Content-Disposition": 'attachment; filename="kata-pelapor.csv"', "Cache-Control": "no-store"}
    return Response("\ufeff" + citizens_csv(lines), media_type="text/csv; charset=utf-8", headers=headers)


def citizens_out(line: CitizensLine) -> CitizensOut:
    """Return a line as callers read it."""
    rating = None if line.rating is None else round(line.rating, 2)
    return CitizensOut(**(asdict(line) | {"rating": rating}))


def citizens_table(lines: Sequence[CitizensLine]) -> list[dict[str, Any]]:
    """Return the lines of the page's table, the one for everybody first, or none if nobody was asked."""
    return [
        asdict(line)
        | {
            "month": month_words(line.month) if line.month else "semua",
            "opd": owner_name(line.opd) if line.opd else "Semua OPD",
            "channel": "semua" if line.channel is None else channel_name(line.channel),
            "rating": rating_words(line.rating),
        }
        for line in lines
        if line.asked
    ]
