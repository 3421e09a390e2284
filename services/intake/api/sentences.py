"""The sentences of the timeline and of a complaint's standing, in plain Indonesian."""

from __future__ import annotations

from datetime import date, datetime

from services.intake.labels import SENTENCES, opd_name
from services.intake.rules.deadlines import awaited_deadline, put_off_until
from services.intake.state import Complaint, TimelineEntry
from shared.labels import CHANNELS, CLOCKS, FILE_REASONS, ROLES, heading
from shared.words import day_words, instant_words


def sentence(entry: TimelineEntry) -> str:
    """Return the sentence of one timeline entry."""
    params = {"opd": "Petugas", "system": "sistem asal", **entry.params}
    filled = {
        "opd": opd_name(entry.params.get("opd")),
        "channel": CHANNELS.get(params.get("channel", ""), params.get("channel", "kanal lain")),
        "clock": CLOCKS.get(params.get("clock", ""), "penanganan"),
        "to": " dan ".join(ROLES.get(role, role) for role in params.get("to", "").split(","))
        if entry.what == "escalated"
        else params.get("to", ""),
        "due": _instant(params.get("due")),
        "until": _day(params.get("until")),
        "system": CHANNELS.get(params["system"], params["system"]),
        "reason": FILE_REASONS.get(params.get("reason", ""), "berkas tidak dapat diterima"),
    }
    words = SENTENCES.get(entry.what, "Ada kabar baru.").format(**(params | filled))
    return heading(words)


def standing(complaint: Complaint) -> str:
    """Describe the complaint's state and when an answer is due, in one or two sentences."""
    if complaint.erased:
        return "Isi aduan ini sudah dihapus atas permintaan pelapor."
    awaited = awaited_deadline(complaint)
    opd = opd_name(complaint.opd) if complaint.opd else "Instansi yang berwenang"
    by = instant_words(awaited[1]) if awaited else None
    late = awaited is not None and complaint.clocks[awaited[0]].late
    if complaint.state in {"verification", "assigned", "in_progress"}:
        doing = {
            "verification": "Aduan Anda sedang diperiksa untuk menentukan instansi yang berwenang.",
            "assigned": f"Aduan Anda sudah diteruskan ke {opd}.",
            "in_progress": f"{opd} sedang menangani aduan Anda.",
        }[complaint.state]
        what = {
            "verify": "Hasil pemeriksaan",
            "redispatch": "Instansi baru ditunjuk",
            "respond": "Jawaban pertama",
            "resolve": "Penyelesaian",
        }
        until = put_off_until(complaint)
        if until is not None:
            return f"{doing} Penanganan ditunda sampai {day_words(until)}; sesudah itu batas waktunya berjalan lagi."
        if awaited is None or by is None:
            return doing + (" Batas waktunya segera tampil di sini." if complaint.state == "verification" else "")
        if late:
            return (
                f"{doing} {what[awaited[0]]} seharusnya paling lambat {by}; keterlambatan ini sedang ditindaklanjuti."
            )
        return f"{doing} {what[awaited[0]]} paling lambat {by}."
    if complaint.state == "resolved" and complaint.unread:
        return f"{opd} sudah menjawab, dan kabar dari Anda sedang dibaca petugas. Aduan tidak ditutup selama itu."
    if complaint.state == "resolved" and complaint.promised_until is not None:
        return (
            f"{opd} menjadwalkan penanganan sampai {day_words(complaint.promised_until)}. Lewat tanggal itu aduan dibuka "
            "lagi dengan sendirinya, kecuali Anda menyatakan masalahnya sudah teratasi."
        )
    asked = "Apakah masalahnya selesai?" if says_fixed(complaint) else "Apakah jawaban itu cukup bagi Anda?"
    return {
        "awaiting_citizen": "Kami menunggu keterangan dari Anda" + (f", paling lambat {by}." if by else "."),
        "resolved": f"{opd} sudah menjawab. {asked}"
        + (f" Tanpa kabar dari Anda sampai {by}, aduan ini ditutup." if by else ""),
        "closed": "Aduan ini sudah ditutup.",
        "referred": "Aduan ini bukan wewenang pemerintah provinsi. Yang dapat Anda lakukan tertulis di bawah.",
        "archived": "Aduan ini tidak dilanjutkan. Alasannya tertulis di bawah.",
        "merged": f"Aduan ini digabung dengan aduan {complaint.merged_into or 'lain'}; kabarnya juga sampai kepada Anda.",
    }[complaint.state]


def says_fixed(complaint: Complaint) -> bool:
    """Return whether the last answer says that the problem is fixed. Only then may a text ask whether it is solved."""
    return complaint.outcome in (None, "fixed")


def _instant(written: str | None) -> str:
    return instant_words(datetime.fromisoformat(written)) if written else ""


def _day(written: str | None) -> str:
    return day_words(date.fromisoformat(written)) if written else ""
