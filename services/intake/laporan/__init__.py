"""The reader of the SP4N-LAPOR! admin export "Laporan Ringkas": from an `.xlsx` to good rows and bad rows. No I/O."""

from .model import BadRow, Laporan, LaporanRow, NotALaporan
from .read import read

__all__ = ["BadRow", "Laporan", "LaporanRow", "NotALaporan", "read"]
