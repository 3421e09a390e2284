"""The refusals of intake. The docstring of a class is its title, for programs.

The message is the Indonesian sentence on which a citizen can act.
"""

from __future__ import annotations

import math

from shared.errors import NotFound, Refused, TooMany
from shared.tally import Bound


class NothingHere(NotFound):
    """No complaint has this number."""

    code = "complaint_not_found"
    message = "Aduan dengan nomor ini tidak ditemukan. Periksa kembali nomor aduan Anda."


class AlreadyEnded(Refused):
    """The complaint has ended, so that this can no longer be done."""

    code = "already_ended"
    message = "Aduan ini sudah berakhir, jadi hal itu tidak dapat dilakukan lagi. Bila masalahnya masih ada, kirim aduan baru."


class NotToFollow(Refused):
    """Nobody but its reporter follows this complaint: it is confidential or erased."""

    code = "not_to_follow"
    message = "Aduan ini tidak dapat diikuti oleh orang lain."


class TooManyFollow(Refused):
    """The complaint has, or the person follows, as many as we can keep."""

    code = "too_many_follow"
    message = "Batas jumlah pengikut sudah tercapai. Keadaan aduan ini tetap dapat dilihat dengan nomornya."


class NotAsked(Refused):
    """The complaint has no question about its subject that waits for this answer."""

    code = "not_asked"
    message = "Pertanyaan itu sudah tidak perlu dijawab lagi."


class NotAnswered(Refused):
    """No agency has answered the complaint, so that this cannot be done yet."""

    code = "not_answered"
    message = "Aduan ini belum dijawab oleh instansi, jadi hal itu belum dapat dilakukan."


class NotReferred(Refused):
    """The complaint is not referred to another authority, or this was said before."""

    code = "not_referred"
    message = (
        "Aduan ini sedang tidak diteruskan ke instansi lain, atau hal itu sudah Anda nyatakan. Muat ulang halaman ini."
    )


class TooLate(Refused):
    """The 30 days in which a citizen may say that the problem is not solved are over."""

    code = "too_late"
    message = "Batas 30 hari untuk menyatakan masalahnya belum teratasi sudah lewat. Bila masalahnya masih ada, kirim aduan baru."


class TooManyActs(Refused):
    """The complaint takes no more messages for now."""

    code = "too_many_acts"
    status = 429
    message = (
        "Aduan ini sudah memuat terlalu banyak pesan untuk hari ini. "
        "Pesan ini belum tercatat; kirim lagi besok secara ringkas."
    )

    def __init__(self, bound: Bound, retry_after: int) -> None:
        if bound == "total":
            super().__init__(
                "The complaint holds as many messages as we can store.",
                message=(
                    "Aduan ini sudah memuat pesan sebanyak yang dapat kami simpan. Bila ada hal lain, kirim aduan baru."
                ),
            )
        else:
            super().__init__()
        self.retry_after = retry_after


class Queued(TooMany):
    """Many people file from this address at this moment, so that the form has to wait for its turn."""

    code = "queued"
    message = "Sedang banyak kiriman dari jaringan Anda. Tunggu giliran Anda, lalu kirim lagi."

    def __init__(self, place: int, wait_s: float, turn: str) -> None:
        self.place, self.turn = place, turn
        minutes = math.ceil(wait_s / 60)
        when = "kurang dari satu menit" if wait_s < 45 else f"kira-kira {minutes} menit"
        words = f"Anda di urutan ke-{place} dalam antrean; giliran Anda {when} lagi."
        super().__init__(message=words, retry_after=max(1, math.ceil(wait_s)))


class SecretNeeded(Refused):
    """This needs the secret link of the complaint."""

    code = "secret_needed"
    status = 403
    message = "Untuk hal ini diperlukan tautan rahasia aduan Anda."


class Behind(Refused):
    """The person got another complaint after the message was read. Read the complaints again, and try again."""

    code = "behind"
    status = 503
    message = "Pesan ini belum kami terima. Tunggu sebentar, lalu kirim lagi."
