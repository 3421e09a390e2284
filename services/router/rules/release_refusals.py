"""The reasons for which a photo is not released to the public, or not taken back."""

from __future__ import annotations

from shared.errors import NotFound, Refused


class NoSuchPhoto(NotFound):
    """The case has no such photo. Voice notes, films and documents are never public."""

    message = "Foto itu tidak ada pada aduan atau jawaban ini. Hanya foto yang dapat ditampilkan kepada umum."


class ConfidentialPhoto(Refused):
    """The case is confidential, so none of its photos becomes public."""

    code = "confidential"
    message = "Aduan ini rahasia. Fotonya tidak dapat ditampilkan kepada umum."


class ReleasedAlready(Refused):
    """The photo is public already."""

    code = "released_already"
    message = "Foto ini sudah terlihat umum; mungkin petugas lain sudah menampilkannya."


class NotReleased(Refused):
    """The photo is not public."""

    code = "not_released"
    message = "Foto ini tidak terlihat umum; mungkin petugas lain sudah menariknya."
