"""The Indonesian words for intake's own codes: the sentences of the timeline, and the columns of an import."""

from __future__ import annotations

from datetime import date
from typing import Final

from shared.reference import in_force, opds

SENTENCES: Final = {
    "submitted": "Aduan Anda diterima lewat {channel}.",
    "replied": "Anda menambahkan keterangan.",
    "chose": "Anda memilih pokok aduan ini.",
    "photos_added": "{count} foto ditambahkan.",
    "voice_added": "{count} pesan suara ditambahkan.",
    "videos_added": "{count} video ditambahkan.",
    "files_added": "{count} berkas ditambahkan.",
    "file_refused": "Satu berkas dari Anda tidak tersimpan: {reason}. Bila masih perlu, kirim lagi.",
    "voice_written": "Petugas menuliskan pesan suara Anda. Bila ada yang salah, balas dengan perbaikannya.",
    "voice_corrected": "Tulisan pesan suara diganti dengan perbaikan dari Anda.",
    "evidence_doubted": "Bukti sedang diperiksa: petugas lain memeriksa foto dari instansi.",
    "evidence_confirmed": "Foto bukti diperiksa petugas lain dan tidak diterima.",
    "evidence_cleared": "Foto bukti diperiksa petugas lain dan diterima.",
    "file_released": "Petugas menampilkan satu foto aduan ini kepada umum.",
    "file_taken_back": "Satu foto aduan ini tidak lagi terlihat umum.",
    "confirmed": "Anda menyatakan masalahnya sudah teratasi.",
    "disputed": "Anda menyatakan masalahnya belum teratasi.",
    "appealed": "Anda mengajukan keberatan atas penutupan aduan ini.",
    "appeal_waits": "Keberatan menunggu putusan pengawas, yang tidak menjawab dan tidak menutup aduan ini.",
    "appeal_upheld": "Pengawas menerima keberatan; aduan dibuka kembali untuk {opd}.",
    "appeal_rejected": "Pengawas menolak keberatan. Anda berhak melapor tanpa biaya ke {ombudsman}.",
    "rated": "Anda memberi nilai {stars} dari {scale}.",
    "withdrew": "Anda menarik kembali aduan ini.",
    "erased": "Isi aduan dihapus atas permintaan pelapor.",
    "opened_closed": "Aduan ini sudah ditutup di {system}.",
    "opened_archived": "Aduan ini sudah diarsipkan di {system}.",
    "triaged_triage": "Petugas memeriksa instansi mana yang berwenang.",
    "triaged_arbiter": "Instansi berbeda pendapat; seorang penengah memutuskan siapa yang menangani.",
    "assigned": "Aduan diteruskan ke {opd}.",
    "accepted": "{opd} mulai menangani aduan ini.",
    "declined": "{opd} menyatakan ini bukan wewenangnya. Kami mencari instansi yang tepat; Anda tidak perlu berbuat apa-apa.",
    "taken_back": "Admin koordinator menarik aduan ini dari {opd} agar ditangani instansi yang tepat.",
    "taken_back_referral": "Admin koordinator mencabut penerusan ke instansi lain; aduan ini kami tangani lagi.",
    "taken_back_question": "Admin koordinator melanjutkan aduan ini tanpa menunggu keterangan tambahan.",
    "taken_back_objected": "Aduan kembali ke meja petugas; instansi yang berwenang ditetapkan lagi.",
    "objected": "Anda menyatakan ini urusan provinsi.",
    "consented": "Anda mengizinkan nama dan kontak Anda disampaikan kepada instansi yang berwenang.",
    "progressed": "{opd} memberi kabar.",
    "info_requested": "{opd} meminta keterangan dari Anda.",
    "put_off": "{opd} menunda penanganan sampai {until}.",
    "put_off_shortened": "{opd} memajukan akhir penundaan menjadi {until}.",
    "put_off_ended": "{opd} mengakhiri penundaan dan melanjutkan penanganan.",
    "extended": "{opd} memperpanjang waktu menjawab, yang hanya boleh satu kali (Pasal 22 ayat (8) UU 14/2008).",
    "helper_added": "{opd} ikut membantu menangani aduan ini.",
    "helper_gone": "{opd} tidak lagi ikut membantu.",
    "information_duty": (
        "Ini permintaan informasi publik: dijawab tertulis paling lambat 10 hari kerja sejak diterima, dan hanya dapat "
        "diperpanjang satu kali, 7 hari kerja, dengan alasan tertulis (Pasal 22 UU 14/2008)."
    ),
    "information_rights": (
        "Bila permintaan informasi ini tidak ditanggapi, ditolak, atau dijawab tidak semestinya, keberatan tertulis "
        "dapat diajukan kepada atasan PPID dalam 30 hari kerja. Sesudah itu sengketanya dapat dibawa ke Komisi Informasi "
        "dalam 14 hari kerja sejak tanggapan atasan PPID (Pasal 35–37 UU 14/2008)."
    ),
    "resolved": "{opd} memberi jawaban: masalahnya selesai ditangani.",
    "resolved_explained": "{opd} memberi jawaban berupa penjelasan.",
    "resolved_scheduled": "{opd} menjadwalkan penanganan sampai {until}.",
    "resolved_not_possible": "{opd} menjawab bahwa hal ini tidak dapat dilakukan.",
    "resolved_not_ours": "{opd} menjawab bahwa hal ini wewenang {to}.",
    "called_solved": "Anda menyatakan lewat telepon bahwa masalahnya sudah teratasi.",
    "called_not_solved": "Anda menyatakan lewat telepon bahwa masalahnya belum teratasi.",
    "called_not_reached": "Petugas menelepon, tetapi Anda belum dapat dihubungi.",
    "closed_citizen": "Aduan ditutup atas pernyataan Anda.",
    "closed_silence": "Aduan ditutup karena tidak ada kabar dari Anda sampai batas waktu.",
    "closed_admin": "Aduan ditutup oleh admin koordinator.",
    "promise_passed": "Janji sampai {until} sudah lewat; aduan dibuka kembali dan {opd} menangani lagi.",
    "reopened": "Aduan dibuka kembali; {opd} menangani lagi.",
    "reply_waits": "Kabar Anda diteruskan kepada petugas untuk dibaca.",
    "heard_again": "Aduan dibuka lagi karena ada kabar dari Anda; petugas membacanya.",
    "goes_on": "Keterangan Anda diterima; penanganan aduan dilanjutkan.",
    "reply_asked": "Petugas membaca kabar Anda dan bertanya sekali lagi apakah masalahnya sudah teratasi.",
    "reply_reopened": "Petugas membaca kabar Anda.",
    "reply_closed": "Petugas membaca kabar Anda.",
    "reply_read": "Petugas membaca kabar Anda.",
    "referred": "Aduan ini wewenang {to}.",
    "referred_proposed": "Kami anggap ini urusan {to}.",
    "referral_confirmed": "Petugas sudah memeriksa: ini urusan {to}.",
    "authority_told": "Aduan ini kami sampaikan kepada {to}, tanpa nama dan kontak Anda.",
    "authority_told_named": "Aduan ini kami sampaikan kepada {to}, dengan nama dan kontak Anda.",
    "authority_person": "Nama dan kontak Anda kami sampaikan kepada {to}.",
    "authority_withdrawn": "{to} kami beri tahu bahwa aduan ini tidak lagi diteruskan ke sana.",
    "authority_answered": "{to} menjawab pada {until}.",
    "archived_spam": "Aduan tidak dilanjutkan karena bukan aduan (spam).",
    "archived_abuse": "Aduan tidak dilanjutkan karena berisi kata-kata yang tidak pantas.",
    "archived_no_evidence": "Aduan tidak dilanjutkan karena keterangan yang diminta tidak ada.",
    "archived_withdrawn": "Aduan ditutup karena Anda menariknya kembali.",
    "archived_expired": "Aduan tidak dilanjutkan karena keterangan yang diminta tidak datang sampai batas waktu.",
    "archived_blocked": "Aduan tidak dilanjutkan karena isinya diblokir.",
    "archived_other": "Aduan tidak dilanjutkan.",
    "merged": "Aduan digabung dengan aduan {into} tentang kejadian yang sama.",
    "unmerged": "Aduan dipisahkan lagi dan dilanjutkan sendiri.",
    "merged_from": "Aduan orang lain tentang kejadian yang sama digabung ke sini.",
    "reclassified": "Penggolongan aduan diperbarui.",
    "source_changed": "Data aduan ini diperbarui menurut {system}.",
    "noted": "Keterangan Anda tersimpan, tetapi tidak mengubah keadaan aduan.",
    "notice_given_up": "Kabar lewat {channel} tidak sampai kepada Anda; buka halaman ini untuk mengikuti aduan.",
    "earlier": "{count} langkah sebelumnya tidak lagi dirinci di sini.",
    "deadline_moved": "Batas waktu {clock} menjadi {due}.",
    "deadline_breached": "Batas waktu {clock} ({due}) terlewati.",
    "escalated": "Keterlambatan {clock} disampaikan kepada {to}.",
    "deadline_retracted": "Keterlambatan {clock} dibatalkan: ternyata dilakukan tepat waktu.",
}
# The same sentences for readers who are not the reporter. A line that is missing here reads alike for both.
SENTENCES_FOR_OTHERS: Final = {
    "submitted": "Aduan diterima lewat {channel}.",
    "replied": "Pelapor menambahkan keterangan.",
    "chose": "Pelapor memilih pokok aduan ini.",
    "confirmed": "Pelapor menyatakan masalahnya sudah teratasi.",
    "disputed": "Pelapor menyatakan masalahnya belum teratasi.",
    "appealed": "Pelapor mengajukan keberatan atas penutupan aduan ini.",
    "appeal_rejected": "Pengawas menolak keberatan pelapor.",
    "withdrew": "Pelapor menarik kembali aduan ini.",
    "declined": "{opd} menyatakan ini bukan wewenangnya. Instansi yang tepat sedang dicari.",
    "objected": "Pelapor menyatakan ini urusan provinsi.",
    "authority_told": "Aduan ini disampaikan kepada {to}.",
    "authority_told_named": "Aduan ini disampaikan kepada {to}.",
    "info_requested": "{opd} meminta keterangan dari pelapor.",
    "called_solved": "Pelapor menyatakan lewat telepon bahwa masalahnya sudah teratasi.",
    "called_not_solved": "Pelapor menyatakan lewat telepon bahwa masalahnya belum teratasi.",
    "closed_citizen": "Aduan ditutup atas pernyataan pelapor.",
    "closed_silence": "Aduan ditutup karena tidak ada kabar dari pelapor sampai batas waktu.",
    "reply_waits": "Kabar pelapor diteruskan kepada petugas untuk dibaca.",
    "heard_again": "Aduan dibuka lagi karena ada kabar dari pelapor; petugas membacanya.",
    "goes_on": "Keterangan pelapor diterima; penanganan aduan dilanjutkan.",
    "reply_asked": "Petugas membaca kabar pelapor dan bertanya sekali lagi apakah masalahnya sudah teratasi.",
    "reply_reopened": "Petugas membaca kabar pelapor.",
    "reply_closed": "Petugas membaca kabar pelapor.",
    "reply_read": "Petugas membaca kabar pelapor.",
    "archived_withdrawn": "Aduan ditutup karena pelapor menariknya kembali.",
    "merged": "Aduan digabung dengan aduan lain tentang kejadian yang sama.",
    "noted": "Keterangan pelapor tersimpan, tetapi tidak mengubah keadaan aduan.",
}
# The standing of a complaint while an act of its reporter is on its way, by the name of the act's line.
PENDING: Final = {
    "replied": "Keterangan Anda sudah kami terima dan sedang diteruskan kepada petugas.",
    "confirmed": "Pernyataan Anda bahwa masalahnya sudah teratasi kami terima dan sedang diproses.",
    "disputed": "Pernyataan Anda bahwa masalahnya belum teratasi kami terima dan sedang diproses.",
    "appealed": "Keberatan Anda kami terima dan sedang diteruskan kepada pengawas.",
    "withdrew": "Penarikan aduan ini kami terima dan sedang diproses.",
    "objected": "Pernyataan Anda bahwa ini urusan provinsi kami terima dan sedang diproses.",
}
PENDING_FOR_OTHERS: Final = {
    "replied": "Keterangan pelapor sedang diteruskan kepada petugas.",
    "confirmed": "Pernyataan pelapor bahwa masalahnya sudah teratasi sedang diproses.",
    "disputed": "Pernyataan pelapor bahwa masalahnya belum teratasi sedang diproses.",
    "appealed": "Keberatan pelapor sedang diteruskan kepada pengawas.",
    "withdrew": "Penarikan aduan ini oleh pelapor sedang diproses.",
    "objected": "Pernyataan pelapor bahwa ini urusan provinsi sedang diproses.",
}
# Only the reporter reads these lines: they speak of a rating, or of a way on which the reporter can be reached.
OWN_LINES: Final = frozenset(
    {
        "authority_person",
        "called_not_reached",
        "consented",
        "file_refused",
        "file_released",
        "file_taken_back",
        "notice_given_up",
        "rated",
        "voice_corrected",
        "voice_written",
    }
)
# The columns of an import report, by the names that an admin knows from the export.
IMPORT_COLUMNS: Final = {
    "text": "Isi Laporan",
    "title": "Judul Laporan",
    "place": "Lokasi",
    "class": "Klasifikasi",
    "category": "Kategori",
    "reporter": "Nama Pelapor",
    "anonim": "Anonim",
    "rahasia": "Rahasia",
    "filed_at": "Tanggal dan Waktu Masuk",
    "source": "Sumber Laporan",
    "opd": "Instansi Terdisposisi",
    "reason": "Alasan Tunda/Arsip",
    "rating": "Rating",
    "disposed_at": "Tanggal Disposisi",
    "followed_up_at": "Tanggal Tindak Lanjut",
    "status": "Status Laporan",
}


def opd_name(code: str | None, on: date | None = None) -> str:
    """Return the name of an OPD, today's or that of another day.

    An unknown code is returned as it is; without a code the name is "Petugas".
    """
    found = in_force().opd_on(code or "", on) if on is not None else opds().get(code or "")
    return found.name if found else (code or "Petugas")
