"""The refusals of intake, in words on which a citizen can act."""

from __future__ import annotations

from shared.errors import NotFound, Refused
from shared.tally import Bound


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


class TooManyActs(Refused):
    """Aduan ini sudah memuat terlalu banyak pesan untuk hari ini. Pesan ini belum tercatat; kirim lagi besok secara ringkas."""

    code = "too_many_acts"
    status = 429

    def __init__(self, bound: Bound, retry_after: int) -> None:
        whole = "Aduan ini sudah memuat pesan sebanyak yang dapat kami simpan. Bila ada hal lain, kirim aduan baru."
        super().__init__(whole if bound == "total" else None)
        self.retry_after = retry_after


class SecretNeeded(Refused):
    """Untuk hal ini diperlukan tautan rahasia aduan Anda."""

    code = "secret_needed"
    status = 403
