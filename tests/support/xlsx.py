"""`.xlsx` files written part by part, so that a test may write a file of Excel or of an attacker."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from services.intake import laporan
from services.intake.laporan.sheet import reference

TRANSITIONAL = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT = ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# Cell formats: 0 general, 1 a date, 2 a time.
_STYLES = (
    "<fonts count='1'><font/></fonts><fills count='1'><fill/></fills><borders count='1'><border/></borders>"
    "<cellStyleXfs count='1'><xf/></cellStyleXfs>"
    '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/></cellXfs>'
)


class Raw(str):
    """A cell's XML as it is, without `<c r=…>` around it: attributes, then `>` and content."""

    __slots__ = ()


def cell(row: int, column: int, value: Any) -> str:
    """Return the XML of one cell, with text inline."""
    where = reference(row, column)
    if isinstance(value, Raw):
        return f'<c r="{where}" {value}</c>'
    if isinstance(value, int | float):
        return f'<c r="{where}"><v>{value}</v></c>'
    return f'<c r="{where}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def rows_xml(rows: Iterable[Sequence[Any]], *, first: int = 1, left: int = 0) -> str:
    """Return the XML of rows, from row ``first`` and column ``left`` on. None leaves a cell out."""
    return "".join(
        f'<row r="{number}">'
        + "".join(cell(number, left + at, value) for at, value in enumerate(row) if value is not None)
        + "</row>"
        for number, row in enumerate(rows, start=first)
    )


def workbook(
    sheets: Sequence[tuple[str, str, str]],
    *,
    strings: str = "",
    namespaces: tuple[str, str] = TRANSITIONAL,
    merged: str = "",
    more: dict[str, bytes] | None = None,
) -> bytes:
    """Return a file of sheets (name, state, rows as XML). ``strings`` is the inner XML of the shared strings."""
    main, relations = namespaces
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(sheets)))
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{relations}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        listed = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{at}" state="{state}" r:id="s{at}"/>'
            for at, (name, state, _) in enumerate(sheets, start=1)
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>{listed}</sheets></workbook>'
        )
        targets = [(f"s{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
        targets += [("st", "styles", "styles.xml"), ("ss", "sharedStrings", "sharedStrings.xml")]
        links = "".join(
            f'<Relationship Id="{one}" Type="{relations}/{kind}" Target="{to}"/>' for one, kind, to in targets
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'
        )
        archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}">{_STYLES}</styleSheet>')
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{strings}</sst>')
        for at, (_, _, rows) in enumerate(sheets, start=1):
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{merged}</worksheet>',
            )
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("workbook.xml", "sheet.main"), ("styles.xml", "styles"), ("sharedStrings.xml", "sharedStrings")]
    parts += [(f"worksheets/sheet{at}.xml", "worksheet") for at in range(1, sheets + 1)]
    listed = "".join(f'<Override PartName="/xl/{name}" ContentType="{kind}.{what}+xml"/>' for name, what in parts)
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{listed}</Types>'
    )


# The columns of a Laporan Ringkas: the required ones and a title.
COLUMNS = [
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Isi Laporan Awal",
    "Tipe Laporan (Anonim/Rahasia)",
    "Status Laporan",
    "Judul Laporan",
]


def line(tracking_id: Any = "8507246", **cells: Any) -> list[Any]:
    """Return a row. None leaves a cell out."""
    row = {
        "id": tracking_id,
        "day": "18 Jan 2024",
        "clock": "01:33:26",
        "text": "Jalan rusak",
        "flags": None,
        "status": "Terverifikasi",
        "title": "Jalan",
    }
    return list((row | cells).values())


def book(*rows: Sequence[Any], columns: Sequence[Any] = COLUMNS, first: int = 1, left: int = 0, **more: Any) -> bytes:
    return workbook([("Data", "visible", rows_xml([columns, *rows], first=first, left=left))], **more)


def only(told: laporan.Laporan) -> laporan.LaporanRow:
    [row] = told.rows
    return row
