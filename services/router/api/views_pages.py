"""The values that the pages show of cases: pure, in Indonesian, with the numbers of people masked."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.router.api.views import as_news
from services.router.api.views_actors import actor_words
from services.router.api.views_evidence import as_doubted
from services.router.api.views_helpers import as_helpers, missing_choices
from services.router.labels import (
    APPEAL_VERDICTS,
    ARBITER_LABEL,
    ARCHIVE_REASONS,
    CORRECTED_LABEL,
    EVENT_LABELS,
    HELP_ENDS,
    INFORMATION_DUTY,
    NEWS_LABELS,
    SUSPICION_LABELS,
    TAKEN_BACK_LABEL,
)
from services.router.routing.destination import OTORITA
from services.router.routing.evidence import mark_evidence
from services.router.routing.model import Model
from services.router.rules.desk_assignment import MOVABLE, is_bound
from services.router.state import HELPED, WORKING, Case
from services.router.store import CaseEvent, StoredCase
from shared.clock import WITA
from shared.events.fact import Authority, Candidate
from shared.labels import ANSWER_OUTCOMES, AUTHORITIES, CLASSES, PRIORITIES, STATES, heading
from shared.masking import masked
from shared.reference import in_force, opds, open_opds, regions, topic_words
from shared.reference.places import place_words
from shared.words import day_words, instant_words

NO_SUCH_CASE: Final = {
    "title": "Tidak ada aduan itu",
    "advice": "Nomornya mungkin salah ketik, atau isinya sudah dihapus atas permintaan pelapor.",
}
_QUOTED: Final = ("answer", "question", "text", "task", "reason", "note", "sentence")


def choices() -> dict[str, list[tuple[str, str]]]:
    """Return the code and the words of everything that a form of the desk offers, the OPDs sorted by name."""
    return {
        "opds": sorted(((code, one.name) for code, one in open_opds().items()), key=lambda pair: pair[1]),
        # The desk refers a case to another authority than its own.
        "authorities": [pair for pair in _headed(AUTHORITIES) if pair[0] != "province"],
        "classes": _headed(CLASSES),
        "priorities": _headed(PRIORITIES),
        "archive_reasons": [("", "Pilih"), *_headed(ARCHIVE_REASONS)],
    }


def _headed(labels: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, heading(words)) for code, words in labels.items()]


def topic_of(case: Case) -> str:
    """Return the words of the case's topic."""
    words = topic_words(case.topic) or "belum diketahui"
    return heading(words)


def age_words(case: Case, now: datetime) -> str:
    """Return how long ago the complaint was filed."""
    if case.filed_at is None:
        return ""
    days = (now - case.filed_at).days
    return "hari ini" if days <= 0 else f"{days} hari lalu"


def _due(at: datetime | None, now: datetime) -> dict[str, Any] | None:
    return None if at is None else {"words": instant_words(at), "over": at < now}


def _due_times(case: Case, now: datetime) -> list[tuple[str, dict[str, Any]]]:
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


def as_queue_row(found: StoredCase, now: datetime) -> dict[str, Any]:
    """Return one line of a queue."""
    case = found.case
    line = " ".join(masked(case.whole_text).split())
    return {
        "ticket": case.ticket,
        "line": line if len(line) <= 140 else f"{line[:139]}…",
        "place": case.place or "belum disebut",
        "topic": topic_of(case),
        "age": age_words(case, now),
        "urgent": case.priority == "urgent",
        "due": _due(case.due_decide, now),
        "followers": len(case.followers),
    }


def as_held_row(found: StoredCase, now: datetime) -> dict[str, Any]:
    """Return one line of the list of held cases, with the signs of misuse in words."""
    case = found.case
    return as_queue_row(found, now) | {
        "revision": case.revision,
        "signs": [heading(SUSPICION_LABELS.get(code, code)) for code in case.suspicions],
        "until": instant_words(case.held_until) if case.held_until else "",
    }


def as_reply_row(found: StoredCase) -> dict[str, Any]:
    """Return one line of the list of unread replies: the replies, and since when they wait."""
    case = found.case
    return {
        "ticket": case.ticket,
        "state_text": heading(STATES[case.state]),
        "words": _unread_replies(case),
        "since": instant_words(case.unread_since) if case.unread_since else "",
        "opd": _opd_name(case),
        "urgent": case.priority == "urgent",
        "topic": topic_of(case),
    }


def _unread_replies(case: Case) -> list[str]:
    return [masked(reply) for reply in case.replies[-case.unread :]] if case.unread else []


def _opd_name(case: Case) -> str | None:
    return opds()[case.opd].name if case.opd in opds() else case.opd


def as_case_page(
    found: StoredCase, history: Sequence[CaseEvent], now: datetime, model: Model | None = None
) -> dict[str, Any]:
    """Return a case as the desk sees it: masked, and without the reporter's name. ``model``: the one in force."""
    case = found.case
    return {
        "ticket": case.ticket,
        "state": case.state,
        "state_text": heading(STATES[case.state]),
        "revision": case.revision,
        "pieces": mark_evidence(masked(case.whole_text), model, case.topic),
        "replies": [masked(reply) for reply in case.replies],
        "place": case.place,
        "area": place_words(case.place_code),
        "application": case.application,
        "position": f"{case.position.latitude:.4f}, {case.position.longitude:.4f}" if case.position else None,
        "topic": topic_of(case),
        "class": heading(CLASSES[case.class_]),
        "class_code": case.class_,
        "duty": INFORMATION_DUTY if case.class_ == "information" else None,
        "urgent": case.priority == "urgent",
        "priority": case.priority,
        "age": age_words(case, now),
        "desk": case.desk,
        "reasons": case.reasons,
        "transfers": case.transfers,
        "choice": _choice(case),
        "followers": len(case.followers),
        "held": instant_words(case.held_until) if case.held_until else None,
        "candidates": [_candidate(one, case) for one in case.candidates],
        "unread": _unread_replies(case),
        "opd": _opd_name(case),
        "timeline": [timeline_entry(one) for one in history],
        "once": secrets.token_urlsafe(12),
        "anonim": case.anonim,
        "rahasia": case.rahasia,
        "decidable": case.state == "verification",
        "movable": case.state in MOVABLE,
        "bound": is_bound(case),
        "answer": case.answer,
        "outcome": heading(ANSWER_OUTCOMES[case.outcome]) if case.outcome else None,
        "promised": day_words(case.promised_until) if case.promised_until else None,
        "dues": _due_times(case, now),
        "doubted": as_doubted(case),
        "helpers": as_helpers(case, now),
        "missing_choices": missing_choices(case),
        "helped": case.state in HELPED and case.held_until is None,
    }


def _choice(case: Case) -> str | None:
    """Return what the citizen chose, or that an answer may still come."""
    if case.chosen is not None:
        return case.chosen
    asked = case.asked_choice if case.choices and case.state == "verification" else None
    return f"ditanya {instant_words(asked)}, belum menjawab" if asked else None


def _candidate(one: Candidate, case: Case) -> dict[str, Any]:
    name = opds()[one.opd].name if one.opd in opds() else heading(AUTHORITIES[one.authority])
    return {
        "name": name,
        "opd": one.opd,
        "authority": one.authority,
        "percent": f"{one.confidence:.0%}",
        "referral": None if one.opd else ready_referral(one.authority, case),
    }


def ready_referral(authority: Authority, case: Case) -> dict[str, str] | None:
    """Return body and reason of a referral, ready to be sent by one key, or None if the place does not tell the body.

    The citizen reads the reason.
    """
    if authority == "ikn":
        return {
            "to": OTORITA,
            "reason": "Lokasinya di dalam Ibu Kota Nusantara, yang dikelola Otorita IKN (UU 3/2022).",
        }
    region = next((one for one in regions() if case.place_code and case.place_code[:5] == one.kemendagri_code), None)
    if authority != "regency_or_city" or region is None:
        return None
    to = f"Pemerintah {heading(region.kind)} {region.name}"
    matter = f"urusan {topic_words(case.topic)}" if topic_words(case.topic) else "urusan ini"
    return {"to": to, "reason": f"Di lokasi ini {matter} menjadi wewenang {to} (UU 23/2014)."}


def timeline_entry(one: CaseEvent, *, hide: bool = True) -> dict[str, Any]:
    """Return one line of the history: time, what happened, and what was said, masked if ``hide``."""
    words = ARBITER_LABEL if one.data.get("desk") == "arbiter" else EVENT_LABELS.get(one.type, one.type)
    if one.data.get("corrected"):
        words = CORRECTED_LABEL
    if one.type == "case.file_released" and one.data.get("public") is False:
        words = TAKEN_BACK_LABEL
    if one.type == "case.helper_ended":
        words = HELP_ENDS.get(str(one.data.get("why")), words)
    if one.type == "case.appeal_decided":
        words = f"Keberatan {APPEAL_VERDICTS.get(one.data.get('verdict', ''), 'diputus')}"
    code = one.data.get("opd")
    # The history keeps the name of its time.
    agency = in_force().opd_on(code, one.at.astimezone(WITA).date()) if isinstance(code, str) else None
    if agency is not None:
        words = f"{words}: {agency.name}"
    if one.type == "case.reply_handled":
        words = f"{words} oleh {one.actor}"
    if one.type == "case.file_released":
        words = f"{words} oleh {actor_words(one.actor)}"
    quote = next((one.data[name] for name in _QUOTED if isinstance(one.data.get(name), str)), None)
    return {
        "at": instant_words(one.at),
        "machine": one.at.isoformat(),
        "text": words,
        "quote": masked(quote) if quote and hide else quote,
    }


def as_news_rows(found: Sequence[StoredCase]) -> list[dict[str, Any]]:
    """Return the news from SP4N with the labels that the page shows."""
    return [
        dict(one)
        | {
            "what": NEWS_LABELS[one.kind][0],
            "follow": NEWS_LABELS[one.kind][1] if one.decide else None,
            "state_text": STATES[one.state],
            "when": instant_words(one.at),
            "agency": opds()[one.opd].name if one.opd in opds() else None,
        }
        for one in as_news(found)
    ]
