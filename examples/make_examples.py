"""The script that writes the sample complaints of `complaints.jsonl` in the formats of three doors.

Run `python -m examples.make_examples`. Every complaint is invented; names, numbers and addresses belong to nobody.
`labels.jsonl` holds the correct outcome of each complaint that was not closed already.
In `complaints.jsonl` a label is an OPD's code; kab, pusat or ikn for another authority; or ? for triage.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HERE = Path(__file__).parent
ELSEWHERE = {"kab": "regency_or_city", "pusat": "centre", "ikn": "ikn"}
ENDED = ("Ditutup", "Diarsipkan", "Konten Terblokir")
NAMES = ("Warga Contoh", "Ibu Contoh", "Pak Contoh", "Pemuda Contoh", "Nenek Contoh")
COLUMNS = (
    "Tracking ID",
    "Tanggal Laporan Masuk",
    "Waktu Laporan Masuk",
    "Klasifikasi Laporan",
    "ID Kategori",
    "Kategori",
    "Judul Laporan",
    "Isi Laporan Awal",
    "Isi Laporan Akhir",
    "Tipe Laporan (Anonim/Rahasia)",
    "Sumber Laporan",
    "Instansi Induk",
    "ID Instansi Terdisposisi",
    "Instansi Terdisposisi",
    "Status Laporan",
    "Alasan Tunda/Arsip",
    "Provinsi",
    "Kota/Kabupaten",
    "Kecamatan",
    "Kelurahan",
)
Row = dict[str, Any]


def expected(label: str) -> Row:
    """Return the correct outcome, authority and OPD for a label."""
    if label == "?":
        return {"outcome": "triage", "authority": None, "opd": None}
    if label in ELSEWHERE:
        return {"outcome": "refer", "authority": ELSEWHERE[label], "opd": None}
    return {"outcome": "assign", "authority": "province", "opd": label}


def ended(row: Row) -> bool:
    """Return whether SP4N had already closed, archived or blocked the complaint."""
    return str(row.get("status", "")).startswith(ENDED)


def adapter(row: Row, number: int) -> Row:
    """Return a body of POST /v1/submissions."""
    body: Row = {"external_id": row["id"], "channel": row["channel"], "text": row["text"]}
    if "place" in row:
        body["place"] = row["place"]
    if number % 5 == 0:
        body["anonim"] = True
    if number % 7 == 0:
        body["rahasia"] = True
    if number % 2 == 0:
        body["reporter"] = {"name": NAMES[number % len(NAMES)], "whatsapp": f"+62800000{1000 + number}"}
    elif number % 3 == 0:
        body["reporter"] = {"name": NAMES[number % len(NAMES)], "email": f"warga{number}@surel.example"}
    if row["channel"] == "kim" and number % 4 == 0:
        body["callback_url"] = "https://mitra.example/hooks/kim"
    return body


def webhook(row: Row, number: int) -> Row:
    """Return a body of the WhatsApp Cloud API webhook. Every sixth person has a user id and no number."""
    who, number_of = f"ID.{5000000 + number}", f"62800000{2000 + number}"
    hidden = number % 6 == 0
    contact: Row = {"profile": {"name": NAMES[number % len(NAMES)]}, "user_id": who}
    message: Row = {
        "id": row["id"],
        "timestamp": "1772409600",
        "type": "text",
        "text": {"body": row["text"]},
        "from_user_id": who,
    }
    if not hidden:
        contact["wa_id"] = message["from"] = number_of
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "628000000001", "phone_number_id": "100000000000001"},
        "contacts": [contact],
        "messages": [message],
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}],
    }


def laporan(rows: Iterable[Row], path: Path) -> None:
    """Write a Laporan Ringkas as the admin site exports it, with its preamble."""
    book = Workbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has a sheet")
    sheet.title = "Laporan Ringkas"
    for line in (
        ("Judul Laporan", "Laporan Ringkas"),
        ("Nama Instansi", "Pemerintah Provinsi Kalimantan Timur"),
        ("Tanggal Generate", "02 Mar 2026 07:30:00"),
        ("Periode Masuk", "(2025-11-01) - (2026-02-28)"),
        ("Pengelola", "Admin Koordinator"),
        (),
    ):
        sheet.append(line)
    sheet.append(COLUMNS)
    for number, row in enumerate(rows):
        sheet.append([laporan_cells(row, number).get(column, "") for column in COLUMNS])
    book.save(path)


def laporan_cells(row: Row, number: int) -> Row:
    """Return the cells of one row by column name."""
    archived = row["status"].startswith("Diarsipkan")
    return {
        "Tracking ID": row["id"],
        "Tanggal Laporan Masuk": row.get("filed", "27 Feb 2026"),
        "Waktu Laporan Masuk": f"{number % 24:02d}:{(number * 7) % 60:02d}:{(number * 13) % 60:02d}",
        "Klasifikasi Laporan": ("Pengaduan Tidak Berkadar Pengawasan", "", "Aspirasi")[number % 3],
        "ID Kategori": str(100 + number % 9),
        "Kategori": "Lainnya terkait pelayanan publik",
        "Judul Laporan": row["title"],
        "Isi Laporan Awal": row["text"],
        "Isi Laporan Akhir": row["text"],
        "Tipe Laporan (Anonim/Rahasia)": ("Anonim", "Rahasia", "Anonim|Rahasia", "")[number % 4],
        "Sumber Laporan": ("Website", "Android", "ios", "Whatsapp", "SMS")[number % 5],
        "Instansi Induk": "Pemerintah Provinsi Kalimantan Timur",
        "ID Instansi Terdisposisi": "64",
        "Instansi Terdisposisi": ("Pemerintah Provinsi Kalimantan Timur", "Dinas Komunikasi dan Informatika")[
            number % 2
        ],
        "Status Laporan": row["status"],
        "Alasan Tunda/Arsip": "Tidak Memiliki Bukti Dukung" if archived else "",
        "Provinsi": "Kalimantan Timur",
        "Kota/Kabupaten": row["regency"],
        "Kecamatan": row["district"],
    }


def write(name: str, rows: Iterable[Row]) -> None:
    """Write one JSON object per line."""
    (HERE / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def main() -> None:
    rows = [json.loads(line) for line in (HERE / "complaints.jsonl").read_text(encoding="utf-8").splitlines()]
    by_door: dict[str, list[Row]] = {
        door: [row for row in rows if row["door"] == door] for door in ("adapter", "whatsapp", "xlsx")
    }
    write("adapter.jsonl", (adapter(row, number) for number, row in enumerate(by_door["adapter"])))
    write("whatsapp.jsonl", (webhook(row, number) for number, row in enumerate(by_door["whatsapp"])))
    laporan(by_door["xlsx"], HERE / "laporan_ringkas.xlsx")
    write(
        "labels.jsonl",
        ({"id": row["id"]} | ({"already_closed": True} if ended(row) else expected(row["label"])) for row in rows),
    )


if __name__ == "__main__":
    main()
