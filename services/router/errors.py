"""The reasons for which a command on a case is refused.

The docstring of a class is the title of the error, for programs. Its message is the Indonesian sentence that an officer
reads, on a page or in a reply to the OPD.
"""

from __future__ import annotations

from datetime import date

from shared.errors import Forbidden, NotFound, Refused
from shared.events.fact import State
from shared.labels import STATES
from shared.tally import Bound
from shared.words import day_words


class NoSuchCase(NotFound):
    """There is no such case."""

    message = "Tidak ada aduan itu. Nomornya mungkin salah ketik, atau isinya sudah dihapus atas permintaan pelapor."


class NoSuchVoiceNote(NotFound):
    """The case has no such voice note."""

    message = "Pesan suara itu tidak ada pada aduan ini. Muat ulang halamannya, lalu ulangi."


class NoSuchDoubt(NotFound):
    """No doubt about this photo waits for a decision."""

    message = "Tidak ada foto bukti itu yang menunggu pemeriksaan. Muat ulang halamannya."


class SamePerson(Refused):
    """Whoever answered the case cannot decide on the doubts about its evidence."""

    code = "same_person"
    status = 403
    message = "Anda sendiri yang menjawab aduan ini. Foto buktinya harus diperiksa orang lain."


class WrongState(Refused):
    """The case is in a state in which this cannot be done."""

    code = "wrong_state"

    def __init__(self, state: State) -> None:
        super().__init__(
            f"the case is in the state {state}",
            message=f"Aduan ini sedang dalam keadaan “{STATES[state]}”, sehingga tindakan itu tidak dapat dilakukan.",
        )


class NotHeld(Refused):
    """The case is not held, so it cannot be released."""

    code = "not_held"
    message = "Aduan ini tidak sedang ditahan; mungkin petugas lain sudah melepaskannya."


class NoReferral(Refused):
    """No referral stands for which this can be done."""

    code = "no_referral"
    message = "Aduan ini tidak sedang diteruskan, atau penerusannya sudah diperiksa. Muat ulang halamannya."


class NotYours(Refused):
    """The case is another OPD's."""

    code = "not_yours"
    status = 403
    message = "Aduan ini tidak sedang ditugaskan kepada OPD Anda."


class StaleAssignment(Refused):
    """The assignment meant is no longer the current one."""

    code = "stale_assignment"
    message = "Penugasan yang dimaksud sudah tidak berlaku; baca penugasan yang terbaru."


class StaleRevision(Refused):
    """The case has moved since it was read."""

    code = "stale_revision"

    def __init__(self, revision: int) -> None:
        super().__init__(
            f"the revision is now {revision}",
            message=f"Aduan ini sudah berubah sejak dibaca (revisi sekarang {revision}); muat ulang lalu ulangi.",
        )


class Binding(Refused):
    """The arbiter has decided; this assignment cannot be declined."""

    code = "binding"
    message = "Arbiter telah menetapkan OPD Anda; penugasan ini tidak dapat dikembalikan."


class TooManyCaseActs(Refused):
    """The case takes no more acts for now."""

    code = "too_many_acts"
    status = 429
    message = "Terlalu banyak tindakan atau teks pada aduan ini hari ini; lanjutkan besok secara ringkas."

    def __init__(self, bound: Bound, retry_after: int) -> None:
        if bound == "total":
            super().__init__(
                "the case has taken all the acts that it can hold",
                message="Aduan ini sudah mencapai batas seluruh tindakan; hubungi admin koordinator untuk melanjutkannya.",
            )
        else:
            super().__init__("the case has taken all the acts of a day")
        self.retry_after = retry_after


class PutOffDate(Refused):
    """A case cannot be put off to this date."""

    code = "put_off_date"
    status = 422

    def __init__(self, first: date, last: date) -> None:
        super().__init__(
            f"must lie between {first} and {last}",
            field="until",
            message=f"Pilih tanggal antara {day_words(first)} dan {day_words(last)}.",
        )


class PutOffTooOften(Refused):
    """A case cannot be put off again."""

    code = "put_off_too_often"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"the case was put off {most} times; its date can only be moved forward",
            message=(
                f"Aduan ini sudah {most} kali ditunda; tanggalnya hanya dapat dimajukan. "
                "Jawab aduan ini atau kabari pelapornya."
            ),
        )


class CallsOfKoordinator(Forbidden):
    """Only the koordinator calls citizens."""

    message = "Hanya koordinator yang menelepon pelapor."


class ExtendInstead(Refused):
    """An information request cannot be put off; its time can be extended once."""

    code = "extend_instead"
    message = (
        "Permintaan informasi tidak dapat ditunda. Waktunya hanya dapat diperpanjang satu kali dengan alasan tertulis "
        "(Pasal 22 ayat (8) UU 14/2008)."
    )


class CannotExtend(Refused):
    """The time cannot be extended."""

    code = "cannot_extend"
    message = (
        "Waktu hanya dapat diperpanjang satu kali, untuk permintaan informasi, dan sebelum batasnya lewat "
        "(Pasal 22 ayat (8) UU 14/2008)."
    )


class UnknownOpd(Refused):
    """No OPD has this code."""

    code = "unknown_opd"
    status = 422
    message = "Tidak ada OPD dengan kode itu."

    def __init__(self) -> None:
        super().__init__(field="opd")


class ReasonNeeded(Refused):
    """A decision is changed only with a reason."""

    code = "reason_needed"
    status = 422
    message = "Tulis alasannya; pelapor membacanya."

    def __init__(self) -> None:
        super().__init__(field="reason")


class AlreadyTheirs(Refused):
    """This OPD has the case already."""

    code = "already_theirs"
    message = "Aduan ini sudah ditangani OPD itu."

    def __init__(self) -> None:
        super().__init__(field="opd")


class CannotMerge(Refused):
    """These two cases cannot be merged."""

    code = "cannot_merge"
    message = "Kedua aduan ini tidak dapat digabungkan."


class MergeWithItself(CannotMerge):
    """A case cannot be merged with itself."""

    message = "Aduan tidak dapat digabungkan dengan dirinya sendiri."


class MergeIntoEnded(CannotMerge):
    """The other case was merged or has ended."""

    message = "Aduan tujuan sudah digabungkan atau sudah berakhir."


class TooManyFollowers(CannotMerge):
    """Too many reporters follow the other case already."""

    message = (
        "Aduan tujuan sudah diikuti terlalu banyak pelapor; gabungkan dengan aduan lain tentang kejadian yang sama."
    )


class NoReplyWaits(Refused):
    """No word of the citizen waits for a person."""

    code = "no_reply_waits"
    message = "Tidak ada kabar pelapor yang menunggu; mungkin petugas lain sudah menanganinya."


class TrackingIdNeeded(Refused):
    """The complaint itself was copied to SP4N, but not the number that it got there."""

    code = "tracking_id_needed"
    status = 422
    message = "Isi Tracking ID yang diberikan SP4N-LAPOR!, hanya angka."


class ArbiterOnly(Refused):
    """The case lies at the arbiter's desk."""

    code = "arbiter_only"
    status = 403
    message = "Aduan ini menunggu putusan arbiter."
