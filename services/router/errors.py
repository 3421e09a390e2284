"""The reasons for which a command on a case is refused.

The docstring of a class is the title of the error. Its detail is the Indonesian text that an officer reads.
"""

from __future__ import annotations

from datetime import date

from shared.errors import NotFound, Refused
from shared.tally import Bound
from shared.words import day_words


class NoSuchCase(NotFound):
    """There is no such case."""


class WrongState(Refused):
    """The case is in a state in which this cannot be done."""

    code = "wrong_state"

    def __init__(self, state_label: str) -> None:
        super().__init__(
            f"Aduan ini sedang dalam keadaan “{state_label}”, sehingga tindakan itu tidak dapat dilakukan."
        )


class NotYours(Refused):
    """The case is another OPD's."""

    code = "not_yours"
    status = 403

    def __init__(self) -> None:
        super().__init__("Aduan ini tidak sedang ditugaskan kepada OPD Anda.")


class StaleAssignment(Refused):
    """The assignment meant is no longer the current one."""

    code = "stale_assignment"

    def __init__(self) -> None:
        super().__init__("Penugasan yang dimaksud sudah tidak berlaku; baca penugasan yang terbaru.")


class StaleRevision(Refused):
    """The case has moved since it was read."""

    code = "stale_revision"

    def __init__(self, revision: int) -> None:
        super().__init__(f"Aduan ini sudah berubah sejak dibaca (revisi sekarang {revision}); muat ulang lalu ulangi.")


class Binding(Refused):
    """The arbiter has decided; this assignment cannot be declined."""

    code = "binding"

    def __init__(self) -> None:
        super().__init__("Arbiter telah menetapkan OPD Anda; penugasan ini tidak dapat dikembalikan.")


class TooManyCaseActs(Refused):
    """The case takes no more acts for now."""

    code = "too_many_acts"
    status = 429

    def __init__(self, bound: Bound, retry_after: int) -> None:
        words = {
            "day": "Terlalu banyak tindakan atau teks pada aduan ini hari ini; lanjutkan besok secara ringkas.",
            "total": "Aduan ini sudah mencapai batas seluruh tindakan; hubungi admin koordinator untuk melanjutkannya.",
        }
        super().__init__(words[bound])
        self.retry_after = retry_after


class PutOffDate(Refused):
    """A case cannot be put off to this date."""

    code = "put_off_date"
    status = 422

    def __init__(self, first: date, last: date) -> None:
        super().__init__(f"Pilih tanggal antara {day_words(first)} dan {day_words(last)}.", field="until")


class PutOffTooOften(Refused):
    """A case cannot be put off again."""

    code = "put_off_too_often"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Aduan ini sudah {most} kali ditunda; tanggalnya hanya dapat dimajukan. Jawab aduan ini atau kabari pelapornya."
        )


class UnknownOpd(Refused):
    """No OPD has this code."""

    code = "unknown_opd"
    status = 422

    def __init__(self) -> None:
        super().__init__("Tidak ada OPD dengan kode itu.", field="opd")


class ReasonNeeded(Refused):
    """What has been decided is changed only with a reason."""

    code = "reason_needed"
    status = 422

    def __init__(self) -> None:
        super().__init__("Tulis alasannya; pelapor membacanya.", field="reason")


class AlreadyTheirs(Refused):
    """This OPD has the case already."""

    code = "already_theirs"

    def __init__(self) -> None:
        super().__init__("Aduan ini sudah ditangani OPD itu.", field="opd")


class CannotMerge(Refused):
    """These two cases cannot be merged."""

    code = "cannot_merge"


class NoReplyWaits(Refused):
    """No word of the citizen waits for a person."""

    code = "no_reply_waits"

    def __init__(self) -> None:
        super().__init__("Tidak ada kabar pelapor yang menunggu; mungkin petugas lain sudah menanganinya.")


class ArbiterOnly(Refused):
    """The case lies at the arbiter's desk."""

    code = "arbiter_only"
    status = 403

    def __init__(self) -> None:
        super().__init__("Aduan ini menunggu putusan arbiter.")
