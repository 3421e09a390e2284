"""The Indonesian labels of the codes that only the router shows: events, copies and news."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

COPY_LABELS: Final[Mapping[str, str]] = {
    "progress": "Perkembangan",
    "question": "Pertanyaan kepada pelapor",
    "answer": "Jawaban",
    "referral": "Penerusan",
    "complaint": "Aduan baru",
    "file": "Lampiran tambahan",
    "moved": "Pindah instansi",
    "resumed": "Dilanjutkan",
    "closed": "Penutupan",
    "archived": "Pengarsipan",
}
EVENT_LABELS: Final[Mapping[str, str]] = {
    "case.opened": "Aduan diterima",
    "case.triaged": "Diserahkan kepada petugas",
    "case.assigned": "Ditugaskan",
    "case.taken_back": "Ditarik kembali",
    "case.accepted": "Diterima OPD",
    "case.declined": "Dikembalikan OPD",
    "case.progressed": "Perkembangan",
    "case.info_requested": "Pelapor ditanya",
    "case.info_received": "Pelapor menjawab",
    "case.put_off": "Ditunda",
    "case.extended": "Waktu diperpanjang",
    "case.helper_added": "Diminta membantu",
    "case.helper_accepted": "Bersedia membantu",
    "case.helper_contributed": "Bagian diserahkan",
    "case.helper_ended": "Bantuan berakhir",
    "case.resolved": "Dijawab",
    "case.confirmed": "Disetujui pelapor",
    "case.closed": "Ditutup",
    "case.replied": "Kabar pelapor menunggu petugas",
    "case.reply_handled": "Kabar pelapor ditangani",
    "case.called": "Pelapor ditelepon",
    "case.rated": "Dinilai pelapor",
    "case.voice_written": "Pesan suara dituliskan",
    "case.choice_taken": "Pelapor memilih pokok aduannya",
    "case.evidence_reviewed": "Foto bukti diperiksa orang kedua",
    "case.file_released": "Foto ditampilkan kepada umum",
    "case.disputed": "Dibantah pelapor",
    "case.appealed": "Pelapor mengajukan keberatan",
    "case.appeal_decided": "Keberatan diputus",
    "case.reopened": "Dibuka kembali",
    "case.referred": "Diteruskan",
    "case.referral_confirmed": "Penerusan diperiksa dan benar",
    "case.authority_told": "Instansi lain diberi tahu",
    "case.authority_answered": "Instansi lain menjawab",
    "case.archived": "Diarsipkan",
    "case.merged": "Digabungkan",
    "case.merged_from": "Menerima gabungan",
    "case.unmerged": "Dipisahkan",
    "case.unmerged_from": "Gabungan dipisahkan",
    "case.reclassified": "Digolongkan ulang",
    "case.noted": "Dicatat",
    "case.source_amended": "Data berubah di SP4N",
    "case.external_status_changed": "Status di SP4N berubah",
}
# Why the help of an OPD ended.
HELP_ENDS: Final[Mapping[str, str]] = {
    "declined": "Menolak membantu",
    "removed": "Tidak diminta membantu lagi",
    "answered": "Dijawab tanpa menunggu bagiannya",
    "lead": "Menjadi OPD utama",
    "ended": "Bantuan berakhir bersama aduan",
}
# Where a helper's part stands. No labels of a case: a part is handed in, a case is answered.
HELPER_STATES: Final[Mapping[str, str]] = {
    "assigned": "belum ditanggapi",
    "in_progress": "sedang dikerjakan",
    "resolved": "sudah diserahkan",
}
# The role of an actor in the log, as the case file names it.
ACTOR_LABELS: Final[Mapping[str, str]] = {
    "citizen": "Pelapor",
    "rules": "Aturan penerusan",
    "system": "Sistem",
    "sla": "Layanan tenggat",
    "router": "Layanan penerusan",
    "koordinator": "Admin koordinator",
    "arbiter": "Arbiter",
    "supervisor": "Pengawas",
    "sp4n": "SP4N-LAPOR!",
}
# The decision on an appeal, as a part of a sentence.
APPEAL_VERDICTS: Final[Mapping[str, str]] = {"upheld": "diterima", "rejected": "ditolak"}
# The reasons for which the desk ends a case without an answer.
ARCHIVE_REASONS: Final[Mapping[str, str]] = {
    "spam": "iklan atau spam",
    "abuse": "kata kasar tanpa aduan",
    "no_evidence": "tanpa keterangan yang cukup",
    "expired": "kedaluwarsa",
    "other": "lainnya",
}
# The duty that the law lays on the OPD of an information request. Its limits stand in sla's policies; the law fixes them.
INFORMATION_DUTY: Final = (
    "Permintaan informasi publik (UU 14/2008): dijawab tertulis paling lambat 10 hari kerja sejak diterima, dan hanya "
    "dapat diperpanjang satu kali selama 7 hari kerja dengan alasan tertulis (Pasal 22). Jawaban menyatakan apakah "
    "informasinya dikuasai, lalu memberikannya, menolaknya dengan alasan dan dasar hukum, atau menunjuk badan publik "
    "yang menguasainya."
)
# The sentence for each doubt about a photo that an OPD gave as evidence.
DOUBT_LABELS: Final[Mapping[str, str]] = {
    "own_photo": "Foto ini berasal dari foto pelapor sendiri",
    "earlier_evidence": "Foto ini berasal dari bukti jawaban sebelumnya",
    "before_complaint": "Menurut kameranya, foto ini diambil sebelum aduan masuk",
    "far_away": "Menurut kameranya, foto ini diambil di tempat lain",
    "not_compared": "Foto ini tidak dapat dibandingkan secara otomatis",
}
# The label of a voice note whose words the citizen has corrected.
CORRECTED_LABEL: Final = "Tulisan pesan suara diperbaiki pelapor"
# The label of a photo that is public no longer.
TAKEN_BACK_LABEL: Final = "Foto ditarik dari umum"
# The word for a kind of file, by the beginning of its type.
FILE_LABELS: Final[Mapping[str, str]] = {"image": "Foto", "audio": "Pesan suara", "video": "Video"}
OTHER_FILE: Final = "Berkas PDF"
# The sign of misuse with which a complaint came, as a part of a sentence.
SUSPICION_LABELS: Final[Mapping[str, str]] = {
    "robot": "formulir diisi seperti oleh program",
    "same_text": "isi yang sama dikirim berkali-kali",
    "many": "satu kontak mengirim dua puluh aduan dalam satu jam",
    "links": "isinya terutama tautan atau iklan",
}
# The label of an event that puts a case before the arbiter.
ARBITER_LABEL: Final = "Diserahkan kepada arbiter"
# The label of each kind of news, and of the decision to follow SP4N. None: there is nothing to decide.
NEWS_LABELS: Final[Mapping[str, tuple[str, str | None]]] = {
    "closed_there": ("Berakhir di SP4N-LAPOR!, di sini belum dijawab", "Akhiri juga di sini"),
    "closed_too": ("Berakhir di SP4N-LAPOR! dan juga di sini", None),
    "came_back": ("Pelapor menanggapi di SP4N-LAPOR!", None),
    "reopened_there": ("Dibuka lagi di SP4N-LAPOR!, di sini sudah berakhir", "Buka lagi di sini"),
    "moved_there": ("Dipindahkan ke instansi lain di SP4N-LAPOR!", "Pindahkan juga di sini"),
}
# The name of the model that comes with the code.
MODEL_SHIPPED: Final = "model bawaan"
# The rules of evidence of a topic: whether an answer "fixed" needs a photo.
PHOTO_RULES: Final[Mapping[str, str]] = {
    "none": "tidak wajib",
    "people": "wajib dari petugas",
    "always": "wajib, juga dari sistem OPD",
}
