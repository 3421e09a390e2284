"""What intake refuses, in words a citizen can act on."""

from __future__ import annotations

from shared.errors import NotFound, Refused


class NothingHere(NotFound):
    """Aduan dengan nomor ini tidak ditemukan. Periksa kembali nomor aduan Anda."""

    code = "complaint_not_found"


class AlreadyEnded(Refused):
    """Aduan ini sudah berakhir, jadi hal itu tidak dapat dilakukan lagi. Bila masalahnya masih ada, kirim aduan baru."""

    code = "already_ended"


class NotAnswered(Refused):
    """Aduan ini belum dijawab oleh instansi, jadi hal itu belum dapat dilakukan."""

    code = "not_answered"


class TooLate(Refused):
    """Batas 30 hari untuk menyatakan belum selesai sudah lewat. Bila masalahnya masih ada, kirim aduan baru."""

    code = "too_late"


class SecretNeeded(Refused):
    """Untuk hal ini diperlukan tautan rahasia aduan Anda."""

    code = "secret_needed"
    status = 403
