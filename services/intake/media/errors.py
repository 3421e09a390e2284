"""The refusals of the media store, in words on which a citizen can act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shared.errors import NotFound, Refused, Unavailable

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "empty": ("the file is empty", "Berkas ini kosong. Pilih berkas lain."),
    "type": (
        "the content is none of JPEG, PNG, WebP, HEIC, PDF, Ogg Opus, AMR, MP3, AAC, and MP4 or 3GP with sound or film",
        "Jenis berkas ini tidak dapat kami terima. Kirim foto, PDF, rekaman suara, atau video (MP4, 3GP).",
    ),
    "no_photo": (
        "the file is no picture",
        "Di sini hanya foto yang dapat dilampirkan (JPEG, PNG, WebP, HEIC). Pilih foto lain.",
    ),
    "unreadable": (
        "the file is damaged or incomplete",
        "Berkas ini rusak atau tidak lengkap. Kirim lagi berkas aslinya.",
    ),
    "pixels": ("the picture has too many pixels", "Foto ini terlalu besar. Perkecil ukurannya, lalu kirim lagi."),
    "costly": (
        "the file needs more memory or time than a file may",
        "Berkas ini tidak dapat kami baca. Simpan sebagai foto JPEG, lalu kirim lagi.",
    ),
    "infected": (
        "the scanner found a virus",
        "Pemeriksaan kami menemukan virus di berkas ini, jadi berkas tidak disimpan.",
    ),
}


class MediaRefused(Refused):
    """The file cannot be kept."""

    code = "media_refused"
    status = 422
    message = "Berkas ini tidak dapat kami terima. Pilih berkas lain."

    def __init__(self, reason: str) -> None:
        detail, message = _WORDS[reason]
        super().__init__(detail, field="file", message=message)
        self.reason = reason


class MediaMissing(NotFound):
    """There is no such file."""

    code = "media_not_found"
    message = "Berkas ini tidak ada atau tautannya sudah tidak berlaku. Buka kembali halaman aduan Anda."


class MediaAway(Unavailable):
    """The media store or its scanner does not answer; nothing was taken, try again shortly."""

    code = "media_unavailable"
    message = "Berkas Anda belum kami terima. Tunggu sebentar, lalu kirim lagi."
