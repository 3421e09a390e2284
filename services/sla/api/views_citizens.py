"""The words of citizens after an answer, as callers read them: JSON and a CSV file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from starlette.responses import Response

from services.sla.api.models_statistics import CitizensOut
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
