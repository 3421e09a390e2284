"""The sentences of the timeline and of a complaint's standing, in plain Indonesian."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from services.intake.state import ClockShown, Complaint, TimelineEntry
from shared.reference import opds
from shared.words import day_words, instant_words

STATES: Final = {
    "verification": "Sedang diperiksa",
    "assigned": "Diteruskan ke instansi",
    "in_progress": "Sedang ditangani",
    "awaiting_citizen": "Menunggu keterangan Anda",
    "resolved": "Sudah dijawab",
    "closed": "Selesai",
    "referred": "Wewenang instansi lain",
    "archived": "Tidak dilanjutkan",
    "merged": "Digabung",
}
CHANNELS: Final = {
    "web": "formulir web",
    "whatsapp": "WhatsApp",
    "sp4n": "SP4N-LAPOR!",
    "sms": "SMS",
    "email": "surel",
    "call_center": "pusat panggilan",
    "kim": "relawan KIM",
    "instagram": "Instagram",
    "e_ptsp": "layanan perizinan",
    "hospital_queue": "rumah sakit",
    "webhook": "sistem mitra",
}
_CLOCKS: Final = {
    "verify": "pemeriksaan",
    "redispatch": "penunjukan instansi baru",
    "respond": "tanggapan pertama",
    "resolve": "penyelesaian",
    "silence": "kabar dari Anda",
}
_ROLES: Final = {
    "officer": "petugas instansi",
    "head": "kepala instansi",
    "inspektorat": "Inspektorat",
    "sekda": "Sekretaris Daerah",
    "governor": "daftar Gubernur",
    "triage": "admin koordinator",
}
_SENTENCES: Final = {
    "submitted": "Aduan Anda diterima lewat {channel}.",
    "replied": "Anda menambahkan keterangan.",
    "confirmed": "Anda menyatakan masalahnya sudah selesai.",
    "disputed": "Anda menyatakan masalahnya belum selesai.",
    "rated": "Anda memberi nilai {stars} dari 5.",
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
    "progressed": "{opd} memberi kabar.",
    "info_requested": "{opd} meminta keterangan dari Anda.",
    "put_off": "{opd} menunda penanganan sampai {until}.",
    "put_off_shortened": "{opd} memajukan akhir penundaan menjadi {until}.",
    "put_off_ended": "{opd} mengakhiri penundaan dan melanjutkan penanganan.",
    "resolved": "{opd} memberi jawaban.",
    "closed_citizen": "Aduan ditutup atas pernyataan Anda.",
    "closed_silence": "Aduan ditutup karena tidak ada kabar dari Anda sampai batas waktu.",
    "closed_admin": "Aduan ditutup oleh admin koordinator.",
    "reopened": "Aduan dibuka kembali; {opd} menangani lagi.",
    "reply_waits": "Kabar Anda diteruskan kepada petugas untuk dibaca.",
    "heard_again": "Aduan dibuka lagi karena ada kabar dari Anda; petugas membacanya.",
    "goes_on": "Keterangan Anda diterima; penanganan aduan dilanjutkan.",
    "reply_asked": "Petugas membaca kabar Anda dan bertanya sekali lagi apakah masalahnya sudah selesai.",
    "reply_reopened": "Petugas membaca kabar Anda.",
    "reply_closed": "Petugas membaca kabar Anda.",
    "reply_read": "Petugas membaca kabar Anda.",
    "referred": "Aduan ini wewenang {to}.",
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


def opd_name(code: str | None) -> str:
    """Return the name of an OPD. An unknown code is returned as it is; without a code the name is "Petugas"."""
    found = opds().get(code or "")
    return found.name if found else (code or "Petugas")


def sentence(entry: TimelineEntry) -> str:
    """Return the sentence of one timeline entry."""
    params = {"opd": "Petugas", "system": "sistem asal", **entry.params}
    told = {
        "opd": opd_name(entry.params.get("opd")),
        "channel": CHANNELS.get(params.get("channel", ""), params.get("channel", "kanal lain")),
        "clock": _CLOCKS.get(params.get("clock", ""), "penanganan"),
        "to": " dan ".join(_ROLES.get(role, role) for role in params.get("to", "").split(","))
        if entry.what == "escalated"
        else params.get("to", ""),
        "due": _instant(params.get("due")),
        "until": _day(params.get("until")),
        "system": {"sp4n": "SP4N-LAPOR!"}.get(params["system"], params["system"]),
    }
    words = _SENTENCES.get(entry.what, "Ada kabar baru.").format(**(params | told))
    return words[:1].upper() + words[1:]


def due(complaint: Complaint) -> tuple[str, datetime] | None:
    """Return the deadline for which the citizen waits now as (clock, due time), or None."""
    order = {
        "verification": ("redispatch", "verify"),
        "assigned": ("respond", "resolve"),
        "in_progress": ("respond", "resolve"),
        "awaiting_citizen": ("silence",),
        "resolved": ("silence",),
    }.get(complaint.state, ())
    for clock in order:
        shown = complaint.clocks.get(clock, ClockShown(run=0))
        if shown.due_at is not None and not shown.paused:
            return clock, shown.due_at
    return None


def put_off_until(complaint: Complaint) -> date | None:
    """Return the date to which an OPD has put the case off, or None if no clock is paused for it."""
    if complaint.state not in {"assigned", "in_progress"} or complaint.put_off_until is None:
        return None
    paused = any(complaint.clocks[clock].paused for clock in ("respond", "resolve") if clock in complaint.clocks)
    return complaint.put_off_until if paused else None


def standing(complaint: Complaint) -> str:
    """Describe the complaint's state and when an answer is due, in one or two sentences."""
    if complaint.erased:
        return "Isi aduan ini sudah dihapus atas permintaan pelapor."
    when = due(complaint)
    opd = opd_name(complaint.opd) if complaint.opd else "Instansi yang berwenang"
    by = instant_words(when[1]) if when else None
    late = when is not None and complaint.clocks[when[0]].late
    if complaint.state in {"verification", "assigned", "in_progress"}:
        doing = {
            "verification": "Aduan Anda sedang diperiksa untuk menentukan instansi yang berwenang.",
            "assigned": f"Aduan Anda sudah diteruskan ke {opd}.",
            "in_progress": f"{opd} sedang menangani aduan Anda.",
        }[complaint.state]
        what = {
            "verify": "Pemeriksaan selesai",
            "redispatch": "Instansi baru ditunjuk",
            "respond": "Jawaban pertama",
            "resolve": "Penyelesaian",
        }
        until = put_off_until(complaint)
        if until is not None:
            return f"{doing} Penanganan ditunda sampai {day_words(until)}; sesudah itu batas waktunya berjalan lagi."
        if when is None or by is None:
            return doing + (" Batas waktunya segera tampil di sini." if complaint.state == "verification" else "")
        if late:
            return f"{doing} {what[when[0]]} seharusnya paling lambat {by}; keterlambatan ini sedang ditindaklanjuti."
        return f"{doing} {what[when[0]]} paling lambat {by}."
    if complaint.state == "resolved" and complaint.unread:
        return f"{opd} sudah menjawab, dan kabar dari Anda sedang dibaca petugas. Aduan tidak ditutup selama itu."
    return {
        "awaiting_citizen": "Kami menunggu keterangan dari Anda" + (f", paling lambat {by}." if by else "."),
        "resolved": f"{opd} sudah menjawab. Apakah masalahnya selesai?"
        + (f" Tanpa kabar dari Anda sampai {by}, aduan ini ditutup." if by else ""),
        "closed": "Aduan ini sudah ditutup.",
        "referred": "Aduan ini bukan wewenang pemerintah provinsi. Yang dapat Anda lakukan tertulis di bawah.",
        "archived": "Aduan ini tidak dilanjutkan. Alasannya tertulis di bawah.",
        "merged": f"Aduan ini digabung dengan aduan {complaint.merged_into or 'lain'}; kabarnya juga sampai kepada Anda.",
    }[complaint.state]


def _instant(written: str | None) -> str:
    return instant_words(datetime.fromisoformat(written)) if written else ""


def _day(written: str | None) -> str:
    return day_words(date.fromisoformat(written)) if written else ""
