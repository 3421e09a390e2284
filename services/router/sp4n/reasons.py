"""The reasons for which something has not reached SP4N: a closed set of codes, and the error that carries one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from services.router.codes import Sp4nReason

# What a person reads on the list.
REASON_LABELS: Final[Mapping[str, str]] = {
    "unreachable": "SP4N-LAPOR! tidak dapat dihubungi; dicoba lagi otomatis",
    "throttled": "SP4N-LAPOR! meminta kami menunggu; dicoba lagi otomatis",
    "account": "akun SP4N-LAPOR! ditolak; hubungi pengelola sistem",
    "no_answer": "SP4N-LAPOR! tidak menjawab; dicari dahulu sebelum dikirim lagi",
    "server_error": "SP4N-LAPOR! mengalami gangguan; dicari dahulu sebelum dikirim lagi",
    "no_number": "SP4N-LAPOR! menjawab tanpa nomor; dicari dahulu sebelum dikirim lagi",
    "refused": "SP4N-LAPOR! menolak isinya",
    "gone": "SP4N-LAPOR! tidak mengenal nomor ini",
    "unmapped_opd": "instansi ini belum ada di tabel padanan SP4N",
    "unmapped_authority": "tujuan penerusan belum ada di tabel padanan SP4N",
    "unmapped_class": "klasifikasi ini belum ada di tabel padanan SP4N",
    "file_skipped": "SP4N-LAPOR! melewatkan sebuah lampiran",
    "file_missing": "sebuah lampiran tidak dapat diambil; dicoba lagi otomatis",
    "unsure": "mungkin sudah sampai; periksa di SP4N-LAPOR!, lalu isi Tracking ID atau kirim lagi",
    "double": "ada lebih dari satu di SP4N-LAPOR!; minta admin SP4N menghapus kembarannya",
    "erased": "sudah dihapus di sini atas permintaan pelapor",
}


class NotThere(Exception):
    """Something did not reach SP4N, or nobody knows whether it did.

    ``maybe``: it may have arrived, so it is looked up before it is sent again. ``person``: a repeat would not help.
    """

    def __init__(
        self, reason: Sp4nReason, *, maybe: bool = False, person: bool = False, wait: timedelta | None = None
    ) -> None:
        super().__init__(reason)
        self.reason: Sp4nReason = reason
        self.maybe, self.person, self.wait = maybe, person, wait
