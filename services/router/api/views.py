"""The values that pages show of a case: pure, in Indonesian, with the numbers of people masked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from services.router.errors import STATE_WORDS
from services.router.rules.desk import TAKEN_FROM, bound
from services.router.state import WORKING, Case, News
from services.router.store import Found, Happened
from shared.masking import masked
from shared.reference import opds, topic_words
from shared.words import instant_words

AUTHORITIES: Final = {
    "province": "Pemerintah provinsi",
    "regency_or_city": "Pemerintah kabupaten/kota",
    "centre": "Pemerintah pusat",
    "ikn": "Otorita IKN",
    "ombudsman": "Ombudsman",
}
CLASSES: Final = {
    "oversight": "Pengaduan berkadar pengawasan",
    "no_oversight": "Pengaduan tidak berkadar pengawasan",
    "information": "Permintaan informasi",
    "aspiration": "Aspirasi",
    "permit": "Urusan perizinan",
}
COPIES: Final = {
    "progress": "Perkembangan",
    "question": "Pertanyaan kepada pelapor",
    "answer": "Jawaban",
    "referral": "Penerusan",
}
EVENTS: Final = {
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
    "case.resolved": "Dijawab",
    "case.confirmed": "Disetujui pelapor",
    "case.closed": "Selesai",
    "case.replied": "Kabar pelapor menunggu petugas",
    "case.reply_handled": "Kabar pelapor ditangani",
    "case.disputed": "Dibantah pelapor",
    "case.reopened": "Dibuka kembali",
    "case.referred": "Diteruskan",
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
# The words for each kind of news, and what it means to follow SP4N. None: there is nothing to decide.
NEWS: Final[dict[str, tuple[str, str | None]]] = {
    "closed_there": ("Berakhir di SP4N-LAPOR!, di sini belum dijawab", "Akhiri juga di sini"),
    "closed_too": ("Berakhir di SP4N-LAPOR! dan juga di sini", None),
    "came_back": ("Pelapor menanggapi di SP4N-LAPOR!", None),
    "reopened_there": ("Dibuka lagi di SP4N-LAPOR!, di sini sudah berakhir", "Buka lagi di sini"),
    "moved_there": ("Dipindahkan ke instansi lain di SP4N-LAPOR!", "Pindahkan juga di sini"),
}
ARBITER: Final = "Diserahkan kepada arbiter"
_QUOTED: Final = ("answer", "question", "text", "reason", "note")


def agencies() -> list[tuple[str, str]]:
    """Return code and name of every OPD, sorted by name."""
    return sorted(((code, one.name) for code, one in opds().items()), key=lambda pair: pair[1])


def _topic(case: Case) -> str:
    words = topic_words(case.topic) or "belum diketahui"
    return words[0].upper() + words[1:]


def _age(case: Case, now: datetime) -> str:
    if case.filed_at is None:
        return ""
    days = (now - case.filed_at).days
    return "hari ini" if days <= 0 else f"{days} hari lalu"


def _due(at: datetime | None, now: datetime) -> dict[str, Any] | None:
    return None if at is None else {"words": instant_words(at), "over": at < now}


def _dues(case: Case, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    """Return the due time of the desk's decision, or the due times of the OPD.

    An OPD's deadline may be met already or may be halted. So none of them is shown as late here.
    """
    if case.state == "verification":
        due = _due(case.due_decide, now)
        return [("Putuskan paling lambat", due)] if due else []
    named = {"Tenggat tanggapan pertama": case.due_respond, "Tenggat penyelesaian": case.due_resolve}
    return [
        (name, {"words": instant_words(at), "over": False})
        for name, at in named.items()
        if at and case.state in WORKING
    ]


def as_row(found: Found, now: datetime) -> dict[str, Any]:
    """Return one line of a queue."""
    case = found.case
    line = " ".join(masked(case.whole_text).split())
    return {
        "ticket": case.ticket,
        "line": line if len(line) <= 140 else f"{line[:139]}…",
        "place": case.place or "belum disebut",
        "topic": _topic(case),
        "age": _age(case, now),
        "urgent": case.priority == "urgent",
        "due": _due(case.due_decide, now),
    }


def as_reply(found: Found) -> dict[str, Any]:
    """Return one line of the list of unread replies: the replies, and since when they wait."""
    case = found.case
    return {
        "ticket": case.ticket,
        "state_text": STATE_WORDS[case.state].capitalize(),
        "words": _unread(case),
        "since": instant_words(case.unread_since) if case.unread_since else "",
        "opd": _opd_name(case),
        "urgent": case.priority == "urgent",
        "topic": _topic(case),
    }


def _unread(case: Case) -> list[str]:
    return [masked(reply) for reply in case.replies[-case.unread :]] if case.unread else []


def _opd_name(case: Case) -> str | None:
    return opds()[case.opd].name if case.opd in opds() else case.opd


def as_page(found: Found, history: Sequence[Happened], now: datetime) -> dict[str, Any]:
    """Return a case as the desk sees it: masked, and without the reporter's name."""
    case = found.case
    return {
        "ticket": case.ticket,
        "state": case.state,
        "state_text": STATE_WORDS[case.state].capitalize(),
        "revision": case.revision,
        "text": masked(case.whole_text),
        "replies": [masked(reply) for reply in case.replies],
        "place": case.place,
        "topic": _topic(case),
        "class": CLASSES[case.class_],
        "class_code": case.class_,
        "urgent": case.priority == "urgent",
        "priority": case.priority,
        "age": _age(case, now),
        "desk": case.desk,
        "reasons": case.reasons,
        "transfers": case.transfers,
        "candidates": [_candidate(one) for one in case.candidates],
        "unread": _unread(case),
        "opd": _opd_name(case),
        "timeline": [_entry(one) for one in history],
        "once": secrets.token_urlsafe(12),
        "anonim": case.anonim,
        "rahasia": case.rahasia,
        "decidable": case.state == "verification",
        "movable": case.state in TAKEN_FROM,
        "bound": bound(case),
        "answer": case.answer,
        "dues": _dues(case, now),
    }


def _candidate(one: Any) -> dict[str, Any]:
    name = opds()[one.opd].name if one.opd in opds() else AUTHORITIES[one.authority]
    return {"name": name, "opd": one.opd, "authority": one.authority, "percent": f"{one.confidence:.0%}"}


def _entry(one: Happened) -> dict[str, Any]:
    """Return one line of the history: time, what happened, and what was said, masked."""
    words = ARBITER if one.data.get("desk") == "arbiter" else EVENTS.get(one.type, one.type)
    code = one.data.get("opd")
    if isinstance(code, str) and code in opds():
        words = f"{words}: {opds()[code].name}"
    if one.type == "case.reply_handled":
        words = f"{words} oleh {one.actor}"
    said = next((one.data[name] for name in _QUOTED if isinstance(one.data.get(name), str)), None)
    return {
        "at": instant_words(one.at),
        "machine": one.at.isoformat(),
        "text": words,
        "quote": masked(said) if said else None,
    }


def as_copies(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Return the entries of the list to copy to SP4N."""
    return [
        {
            "ticket": one.case.ticket,
            "tracking": one.case.external.id,
            "number": copy.number,
            "what": COPIES[copy.what],
            "text": copy.text,
            "at": instant_words(copy.at),
        }
        for one in found
        if one.case.external is not None
        for copy in one.case.copies
    ]


def as_news(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Return the news from SP4N, entry by entry."""
    return [
        {
            "id": one.key,
            "ticket": one.case.ticket,
            "tracking_id": one.case.external.id,
            "number": news.number,
            "kind": news.kind,
            "decide": _decidable(news),
            "status_text": news.status_text,
            "opd": news.opd,
            "state": one.case.state,
            "at": news.at,
        }
        for one in found
        if one.case.external is not None
        for news in one.case.news
    ]


def news_rows(found: Sequence[Found]) -> list[dict[str, Any]]:
    """Return the news from SP4N with the words that the page shows."""
    return [
        entry
        | {
            "what": NEWS[entry["kind"]][0],
            "follow": NEWS[entry["kind"]][1] if entry["decide"] else None,
            "state_text": STATE_WORDS[entry["state"]],
            "when": instant_words(entry["at"]),
            "agency": opds()[entry["opd"]].name if entry["opd"] in opds() else None,
        }
        for entry in as_news(found)
    ]


def _decidable(news: News) -> bool:
    """Return whether a person can follow SP4N. A move to an agency that is not one of our OPDs cannot be followed."""
    return NEWS[news.kind][1] is not None and (news.kind != "moved_there" or news.opd is not None)
