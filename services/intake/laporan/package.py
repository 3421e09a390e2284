"""The parts of an `.xlsx` file, read in pieces. Unpacking stops at a bound that no genuine export reaches."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, Final
from xml.parsers import expat

from .model import NotALaporan

# The total unpacked size of one file, in bytes. A year of a province is about 30 MB.
MAX_UNPACKED: Final = 200 * 1024 * 1024
_MAX_PARTS: Final = 2_000
_CHUNK: Final = 64 * 1024
_MAX_TAG: Final = 1024 * 1024
_ENCRYPTED: Final = 0x1
_OLE: Final = b"\xd0\xcf\x11\xe0"
_RESAVE: Final = 'Buka di Excel, pilih "Simpan Sebagai", jenis "Buku Kerja Excel (*.xlsx)", lalu impor lagi.'
_NOTHING: Final = "Tidak ada baris yang diimpor."
TOO_LARGE: Final = f"Berkas .xlsx ini terlalu besar atau terlalu rumit untuk sebuah Laporan Ringkas. {_NOTHING}"
DAMAGED: Final = f"Berkas .xlsx ini rusak di tengahnya. {_NOTHING}"
NO_XLSX: Final = f"Berkas ini bukan berkas .xlsx (Excel). {_NOTHING}"
_DAMAGE: Final = (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, RuntimeError)

Handler = Callable[..., None]


class Package:
    """A zip archive. All its parts together may be unpacked up to one bound."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _DAMAGE as error:
            raise NotALaporan(_other_format(content)) from error
        entries = self._archive.infolist()
        names = [entry.filename for entry in entries]
        if len(names) > _MAX_PARTS or len(names) != len(set(names)):
            raise NotALaporan(TOO_LARGE if len(names) > _MAX_PARTS else DAMAGED)
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise NotALaporan(
                f"Berkas ini terkunci dengan kata sandi. Simpan tanpa kata sandi, lalu impor lagi. {_NOTHING}"
            )
        self._names = frozenset(names)
        self._left = MAX_UNPACKED
        if "mimetype" in self._names:
            raise NotALaporan(f"Berkas ini berkas OpenDocument (.ods), bukan .xlsx. {_RESAVE} {_NOTHING}")
        if "xl/workbook.bin" in self._names:
            raise NotALaporan(f"Berkas ini buku kerja biner (.xlsb), bukan .xlsx. {_RESAVE} {_NOTHING}")

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces. Raise NotALaporan for damage, or once the unpacked bytes pass the bound."""
        entry = self._archive.getinfo(name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotALaporan(DAMAGED)
        with self._open(entry) as part:
            while piece := _piece(part):
                self._left -= len(piece)
                if self._left < 0:
                    raise NotALaporan(TOO_LARGE)
                yield piece

    def _open(self, entry: zipfile.ZipInfo) -> IO[bytes]:
        try:
            return self._archive.open(entry)
        except _DAMAGE as error:
            raise NotALaporan(DAMAGED) from error

    def parse(self, name: str, start: Handler, end: Handler | None = None, text: Handler | None = None) -> None:
        """Parse a whole part. Do nothing if the archive has no such part."""
        if name in self._names:
            for _ in self.parsed(name, start, end, text):
                pass

    def parsed(
        self, name: str, start: Handler, end: Handler | None = None, text: Handler | None = None
    ) -> Iterator[None]:
        """Parse a part and yield after each piece. Refuse a document type declaration: no Office file has one."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.buffer_text = True
        try:
            fed = 0
            for piece in self.chunks(name):
                parser.Parse(piece, False)
                fed += len(piece)
                # The parser scans an unfinished tag again with each piece, so an endless tag would cost quadratic time.
                if fed - parser.CurrentByteIndex > _MAX_TAG:
                    raise NotALaporan(TOO_LARGE)
                yield
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, OverflowError) as error:
            if isinstance(error, NotALaporan):
                raise
            raise NotALaporan(DAMAGED) from error
        yield


def _piece(part: IO[bytes]) -> bytes:
    try:
        return part.read(_CHUNK)
    except (*_DAMAGE, zlib.error) as error:
        raise NotALaporan(DAMAGED) from error


def local(name: str) -> str:
    """Return a name without its XML prefix, so that transitional and strict files read alike."""
    return name.rpartition(":")[2]


def _refuse_doctype(*_args: Any) -> None:
    raise NotALaporan(DAMAGED)


def _other_format(content: bytes) -> str:
    if content.startswith(_OLE):
        kind = "berkas Excel lama (.xls) atau berkas yang terkunci dengan kata sandi"
        return f"Berkas ini bukan berkas .xlsx (Excel), melainkan {kind}. {_RESAVE} {_NOTHING}"
    head = content[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table")):
        return f"Berkas ini bukan berkas .xlsx (Excel), melainkan halaman web dengan nama lain. {_RESAVE} {_NOTHING}"
    if b"tracking id" in head:
        return f"Berkas ini bukan berkas .xlsx (Excel), melainkan teks (CSV). {_RESAVE} {_NOTHING}"
    return NO_XLSX
