"""The SP4N-LAPOR! admin export "Laporan Ringkas": an `.xlsx` in, rows and a report of bad rows out. Pure, no I/O."""

from .model import BadRow, Laporan, NotALaporan, Row
from .read import read

__all__ = ["BadRow", "Laporan", "NotALaporan", "Row", "read"]
