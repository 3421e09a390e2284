"""The errors of Tanggap, sorted by what must happen next.

The docstring of a class is the English title of its errors, for programs. Its ``message`` is the Indonesian sentence
that a person reads.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID


class TanggapError(Exception):
    """Something went wrong in Tanggap."""


class Transient(TanggapError):
    """It will work later: the batch is kept and tried again."""


class VersionConflict(Transient):
    """Another replica changed the same complaint at the same moment."""


class BreakerOpen(TanggapError):
    """More than half of a stream's last records failed: consuming has stopped until a person looks."""


class Refused(TanggapError):
    """The request does not fit the present state."""

    # A program reads `code`, `title` and `detail`. A person reads `words`: the Indonesian message of the class or of
    # this one refusal.
    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[str | None] = None

    def __init__(self, detail: str | None = None, *, field: str | None = None, message: str | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.field = field
        self.own_message = message or self.message

    @property
    def title(self) -> str:
        """The first line of the class's docstring."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    @property
    def words(self) -> str:
        """The sentence that a page shows: the message, or the detail where nobody has written a message."""
        return self.own_message or self.detail


class Invalid(Refused):
    """The request is not valid."""

    code = "invalid"
    status = 422
    message = "Ada isian yang belum tepat. Periksa isinya, lalu kirim lagi."


class NotFound(Refused):
    """There is nothing here."""

    code = "not_found"
    status = 404
    message = "Yang Anda cari tidak ditemukan. Periksa kembali nomor atau alamatnya."


class Unauthenticated(Refused):
    """A valid key is required."""

    code = "unauthenticated"
    status = 401
    message = "Untuk hal ini diperlukan kunci yang berlaku."


class Forbidden(Refused):
    """This key may not do that."""

    code = "forbidden"
    status = 403
    message = "Kunci Anda tidak berlaku untuk hal ini."


class TooLarge(Refused):
    """The request is larger than what is taken."""

    code = "too_large"
    status = 413
    message = "Kiriman ini terlalu besar. Singkatkan tulisan atau pilih berkas yang lebih kecil, lalu kirim lagi."


class TooMany(Refused):
    """Too many requests with this key; try again after a while."""

    code = "too_many"
    status = 429
    message = "Terlalu banyak kiriman dalam waktu singkat. Tunggu satu menit, lalu coba lagi."

    def __init__(self, detail: str | None = None, *, retry_after: int = 1, message: str | None = None) -> None:
        super().__init__(detail, message=message)
        self.retry_after = retry_after


class ClaimConflict(Refused):
    """The same identity was used before with another content."""

    code = "claim_conflict"
    status = 409
    message = "Kiriman ini sudah kami terima dengan isi yang lain. Muat ulang halaman, lalu kirim lagi."


class OurFailure(Refused):
    """An error of ours: it has been recorded, nothing was changed."""

    code = "failed"
    status = 500
    message = "Ada kesalahan di pihak kami. Kesalahan ini sudah dicatat dan tidak ada yang berubah. Coba lagi nanti."


class Unavailable(Refused):
    """The system cannot store anything right now; nothing was taken, try again shortly."""

    code = "unavailable"
    status = 503
    message = "Sistem sedang tidak dapat menyimpan. Kiriman Anda belum diterima; tunggu sebentar, lalu kirim lagi."
    retry_after = 5


class NewerState(Unavailable):
    """A newer version wrote this, and this replica cannot read it; nothing was changed, try again."""

    code = "newer_state"


class Unsure(Unavailable):
    """The connection broke while this was being stored; it may have been taken. Look whether it was before you send it again."""

    code = "unsure"
    message = (
        "Sambungan terputus ketika kiriman Anda disimpan, sehingga mungkin sudah diterima. Periksa dahulu, lalu kirim "
        "lagi bila belum ada."
    )

    def __init__(self, call: UUID | None = None) -> None:
        super().__init__()
        # A program that sends the command again names this call, and is then told whether the first try was taken.
        self.call = call


def raised_in(error: BaseException) -> str:
    """Return the place that raised an error as ``module.qualified_name:line``, and nothing of its text."""
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    if where is None:
        return "?"
    frame = where.tb_frame
    return f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}:{where.tb_lineno}"
