"""The sentences of the timeline and of a complaint's standing, in plain Indonesian."""

from __future__ import annotations

from datetime import date, datetime

from services.intake.labels import PENDING, PENDING_FOR_OTHERS, SENTENCES, SENTENCES_FOR_OTHERS, opd_name
from services.intake.rules.citizen import appealed
from services.intake.rules.deadlines import awaited_deadline, put_off_until
from services.intake.rules.pending import pending_act
from services.intake.state import Complaint, TimelineEntry
from shared.clock import WITA
from shared.labels import CHANNELS, CLOCKS, FILE_REASONS, ROLES, heading
from shared.policy import OMBUDSMAN
from shared.words import day_words, instant_words


def sentence(entry: TimelineEntry, *, own: bool = True) -> str:
    """Return the sentence of one timeline entry, for the reporter or, if not ``own``, about the reporter."""
    params = {"opd": "Petugas", "system": "sistem asal", "scale": "5", **entry.params}
    filled = {
        "opd": opd_name(entry.params.get("opd"), entry.at.astimezone(WITA).date()),
        "channel": CHANNELS.get(params.get("channel", ""), params.get("channel", "kanal lain")),
        "clock": CLOCKS.get(params.get("clock", ""), "penanganan"),
        "to": " dan ".join(ROLES.get(role, role) for role in params.get("to", "").split(","))
        if entry.what == "escalated"
        else params.get("to", ""),
        "due": _instant(params.get("due")),
        "ombudsman": OMBUDSMAN,
        "until": _day(params.get("until")),
        "system": CHANNELS.get(params["system"], params["system"]),
        "reason": FILE_REASONS.get(params.get("reason", ""), "berkas tidak dapat diterima"),
    }
    told = SENTENCES if own else SENTENCES | SENTENCES_FOR_OTHERS
    return heading(told.get(entry.what, "Ada kabar baru.").format(**(params | filled)))


def standing(complaint: Complaint, *, own: bool = True) -> str:
    """Describe the complaint's state and when an answer is due, in one or two sentences.

    Only its reporter is addressed (``own``). Anybody else reads the same about the reporter.
    """
    if complaint.erased:
        return "Isi aduan ini sudah dihapus atas permintaan pelapor."
    pending = pending_act(complaint)
    if pending is not None:
        return (PENDING if own else PENDING_FOR_OTHERS)[pending]
    if complaint.state in {"verification", "assigned", "in_progress"}:
        return _under_way(complaint, own=own)
    awaited = awaited_deadline(complaint)
    by = instant_words(awaited[1]) if awaited else None
    if complaint.state == "resolved":
        return _answered(complaint, by, own=own)
    told = {
        "awaiting_citizen": f"Kami menunggu keterangan dari {_reporter(own=own)}"
        + (f", paling lambat {by}." if by else "."),
        "closed": _closed(complaint, by, own=own),
        "referred": _referred(complaint, own=own),
        "archived": "Aduan ini tidak dilanjutkan.",
        "merged": f"Aduan ini digabung dengan aduan {complaint.merged_into or 'lain'}; kabarnya juga sampai kepada Anda."
        if own
        else "Aduan ini digabung dengan aduan lain tentang kejadian yang sama.",
    }[complaint.state]
    # The timeline quotes why.
    return told + (" Alasannya tertulis di bawah." if own and complaint.state == "archived" else "")


def _referred(complaint: Complaint, *, own: bool) -> str:
    """Describe whose work the complaint is, and what the reporter can do. The timeline quotes the next step."""
    below = " Yang dapat Anda lakukan tertulis di bawah." if own else ""
    if not complaint.proposal:
        return f"Aduan ini bukan wewenang pemerintah provinsi.{below}"
    line = next((one for one in reversed(complaint.timeline) if one.what == "referred_proposed"), None)
    to = line.params.get("to", "instansi lain") if line is not None else "instansi lain"
    if own and not complaint.objected:
        below = " Bila menurut Anda ini urusan provinsi, nyatakan di bawah."
    return f"Kami anggap ini urusan {to}.{below}"


def _under_way(complaint: Complaint, *, own: bool) -> str:
    """Describe what is done now, and when its result is due."""
    about, opd = "Aduan Anda" if own else "Aduan ini", _opd(complaint)
    doing = {
        "verification": f"{about} sedang diperiksa untuk menentukan instansi yang berwenang.",
        "assigned": f"{about} sudah diteruskan ke {opd}.",
        "in_progress": f"{opd} sedang menangani {about[0].lower()}{about[1:]}.",
    }[complaint.state]
    results = {
        "verify": "Hasil pemeriksaan",
        "redispatch": "Instansi baru ditunjuk",
        "respond": "Jawaban pertama",
        "resolve": "Penyelesaian",
    }
    until, awaited = put_off_until(complaint), awaited_deadline(complaint)
    if until is not None:
        return f"{doing} Penanganan ditunda sampai {day_words(until)}; sesudah itu batas waktunya berjalan lagi."
    if awaited is None:
        return doing + (" Batas waktunya segera tampil di sini." if complaint.state == "verification" else "")
    what, by = results[awaited[0]], instant_words(awaited[1])
    if complaint.clocks[awaited[0]].late:
        return f"{doing} {what} seharusnya paling lambat {by}; keterlambatan ini sedang ditindaklanjuti."
    return f"{doing} {what} paling lambat {by}."


def _answered(complaint: Complaint, by: str | None, *, own: bool) -> str:
    """Describe what follows an answer: who reads, what was promised, or what the reporter is asked."""
    opd, reporter = _opd(complaint), _reporter(own=own)
    if complaint.unread:
        return f"{opd} sudah menjawab, dan kabar dari {reporter} sedang dibaca petugas. Aduan tidak ditutup selama itu."
    if complaint.promised_until is not None:
        return (
            f"{opd} menjadwalkan penanganan sampai {day_words(complaint.promised_until)}. Lewat tanggal itu aduan dibuka "
            f"lagi dengan sendirinya, kecuali {reporter} menyatakan masalahnya sudah teratasi."
        )
    asked = "Apakah masalahnya selesai?" if says_fixed(complaint) else "Apakah jawaban itu cukup bagi Anda?"
    closing = f" Tanpa kabar dari {reporter} sampai {by}, aduan ini ditutup." if by else ""
    return f"{opd} sudah menjawab.{f' {asked}' if own else ''}{closing}"


def _closed(complaint: Complaint, by: str | None, *, own: bool) -> str:
    """Describe an ended complaint, with the appeal that waits or was rejected."""
    of = "Anda" if own else "pelapor"
    if complaint.appeal == "waiting":
        return f"Aduan ini sudah ditutup. Keberatan {of} diputus pengawas{f' paling lambat {by}' if by else ''}."
    if own and appealed(complaint) and complaint.appeal == "rejected":
        return f"Aduan ini sudah ditutup, dan keberatan Anda ditolak. Anda berhak melapor tanpa biaya ke {OMBUDSMAN}."
    return "Aduan ini sudah ditutup."


def _opd(complaint: Complaint) -> str:
    return opd_name(complaint.opd) if complaint.opd else "Instansi yang berwenang"


def _reporter(*, own: bool) -> str:
    return "Anda" if own else "pelapor"


def says_fixed(complaint: Complaint) -> bool:
    """Return whether the last answer says that the problem is fixed. Only then may a text ask whether it is solved.

    Information that was given repairs nothing.
    """
    return complaint.outcome in (None, "fixed") and complaint.class_ != "information"


def _instant(written: str | None) -> str:
    return instant_words(datetime.fromisoformat(written)) if written else ""


def _day(written: str | None) -> str:
    return day_words(date.fromisoformat(written)) if written else ""
