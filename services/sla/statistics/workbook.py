"""The tables of the figures as files: a CSV text, and an XLSX workbook with a sheet for each table. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from services.sla.statistics.export import safe_cell
from services.sla.statistics.tables import Cell, Column, Table


def tables_csv(tables: Sequence[Table]) -> str:
    """Return a CSV text (RFC 4180): the tables one below the other, each with its title. No cell begins like a formula.

    Shares are percentages.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow([safe_cell(table.title)])
        writer.writerow([safe_cell(_words(column)) for column in table.columns])
        for row in table.rows:
            cells = zip(table.columns, row.cells, strict=True)
            writer.writerow([safe_cell(_plain(column, cell)) for column, cell in cells])
    return out.getvalue()


def tables_xlsx(tables: Sequence[Table]) -> bytes:
    """Return a workbook with a sheet for each table. Shares are numbers that the program shows as percentages."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for table in tables:
        # A sheet's name has no slash.
        sheet: Any = book.create_sheet(table.title.replace("/", "-"))
        sheet.freeze_panes = "A2"
        for number, column in enumerate(table.columns):
            sheet.column_dimensions[chr(ord("A") + number)].width = 44 if column.kind == "text" else 18
        heads = [WriteOnlyCell(sheet, safe_cell(column.words)) for column in table.columns]
        for head in heads:
            head.font = Font(bold=True)
        sheet.append(heads)
        for row in table.rows:
            cells = []
            for column, value in zip(table.columns, row.cells, strict=True):
                cell = WriteOnlyCell(sheet, safe_cell(value) if isinstance(value, str) else value)
                if column.kind == "share":
                    cell.number_format = "0%"
                cells.append(cell)
            sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _words(column: Column) -> str:
    return f"{column.words} (%)" if column.kind == "share" else column.words


def _plain(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    return f"{cell * 100:.1f}" if column.kind == "share" and not isinstance(cell, str) else str(cell)
