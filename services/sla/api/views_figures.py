"""The values of the pages of figures: sentences, charts and tables. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.sla.labels import channel_name, count_words, month_words, office_time, percent, rating_words, region_name
from services.sla.statistics.charts import BarPair, draw_bars
from services.sla.statistics.figures import Durations, Figures, PeriodFigures, share
from services.sla.statistics.overview import Overview
from services.sla.statistics.tables import Cell, Column, Table, ranking_table
from shared.labels import heading

# The rows of a chart.
DRAWN: Final = 12
_LEGEND: Final = ("tepat waktu", "terlambat")


def figures_page(overview: Overview) -> dict[str, Any]:
    """Return the sentences, the charts and the tables of an overview."""
    found = overview.figures
    tables = [table_values(table) for table in overview.tables()]
    if overview.ranked:
        tables = tables[1:]
    months = [(one, month_words(one.value)) for one in found.months][-DRAWN:]
    channels = [(one, channel_name(one.value)) for one in found.channels][:DRAWN]
    regions = [(one, region_name(one.value).removeprefix("Kabupaten ")) for one in found.regions][:DRAWN]
    return {
        "sentences": sentences(found),
        "ranking": table_values(ranking_table(overview.ranked, overview.until)) if overview.ranked else None,
        "months": tables[0] | {"plot": _plot("Jawaban per bulan: tepat waktu dan terlambat", months, "gambar-bulan")},
        "topics": tables[1],
        "channels": tables[2]
        | {"plot": _plot("Jawaban per kanal: tepat waktu dan terlambat", channels, "gambar-kanal")},
        "regions": tables[3]
        | {"plot": _plot("Jawaban per kabupaten/kota: tepat waktu dan terlambat", regions, "gambar-wilayah")},
        "overdue": count_words(overview.overdue),
    }


def sentences(found: PeriodFigures) -> list[str]:
    """Return the figures of a period as sentences, or none if nothing was answered and nothing ended."""
    all_ = found.all
    said = []
    if all_.answers:
        said.append(
            f"Dari {count_words(all_.answers)} jawaban, {_of(all_, all_.on_time)} tepat waktu. "
            f"{count_words(all_.promised)} jawaban mengatakan terus terang “belum, karena …”: dijelaskan, dijadwalkan, "
            "atau tidak dapat dilakukan dengan alasannya; itu dihitung sebagai jawaban yang jujur."
        )
    said += _how_long("Tanggapan pertama", all_.respond_on_time, all_.respond_late, found.respond)
    said += _how_long("Penyelesaian", all_.resolve_on_time, all_.resolve_late, found.resolve)
    if all_.answers:
        said.append(
            f"Setelah dijawab: {_of(all_, all_.confirmed)} dibenarkan pelapor, {_of(all_, all_.disputed)} disanggah, "
            f"{_of(all_, all_.reopened)} dibuka lagi, dan {_of(all_, all_.silent)} ditutup tanpa kabar pelapor."
        )
    if all_.rated:
        said.append(
            f"{count_words(all_.rated)} pelapor memberi nilai: {percent(share(all_.satisfied, all_.rated))} puas, "
            f"rata-rata {rating_words(all_.rating)} dari 4."
        )
    if said:
        said.append(
            f"{count_words(all_.referred)} aduan diteruskan ke instansi lain, {count_words(all_.returned)} kali aduan "
            f"dikembalikan atau dialihkan OPD, dan {count_words(all_.unanswered)} aduan ditutup tanpa jawaban OPD."
        )
    return said


def table_values(table: Table) -> dict[str, Any]:
    """Return a table with its cells as words."""
    rows = [
        {
            "code": row.code,
            "cells": [_cell(column, cell) for column, cell in zip(table.columns, row.cells, strict=True)],
        }
        for row in table.rows
    ]
    return {"title": table.title, "columns": table.columns, "rows": rows, "plot": ""}


def month_choices(months: Sequence[date]) -> list[tuple[str, str]]:
    """Return months as the choices of a form."""
    return [(f"{month:%Y-%m}", month_words(f"{month:%Y-%m}")) for month in months]


def _of(all_: Figures, count: int) -> str:
    return f"{count_words(count)} ({percent(all_.share(count))})"


def _how_long(name: str, on_time: int, late: int, found: Durations) -> list[str]:
    if found.half is None:
        return []
    ended = on_time + late
    said = f"{name}: {percent(share(on_time, ended))} dari {count_words(ended)} tepat waktu; "
    return [
        f"{said}separuhnya dalam {office_time(found.half)}, sembilan dari sepuluh dalam {office_time(found.nine_of_ten)}."
    ]


def _cell(column: Column, cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, str):
        return cell
    return percent(cell) if column.kind == "share" else count_words(int(cell))


def _plot(title: str, found: Sequence[tuple[Figures, str]], name: str) -> str:
    bars = [
        BarPair(heading(words), one.on_time, late, count_words(one.on_time), count_words(late))
        for one, words in found
        if one.answers
        for late in [one.answers - one.on_time]
    ]
    return draw_bars(title, _LEGEND, bars, name) if bars else ""
