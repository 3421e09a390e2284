"""The person's answer to a referral: it is the province's work, or name and contact may be passed on."""

from __future__ import annotations

from typing import Final

from services.intake.rules import conversation_texts as say
from services.intake.rules.commands_citizen import ObjectToReferral, ShareContact
from services.intake.rules.conversation_answers import core_of
from services.intake.rules.conversation_cases import WHATSAPP, target_of_button
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_values import Heard, Moment, OnCase, Turn

OBJECT: Final = "object"
SHARE: Final = "share"
# The words without those that only stand beside an answer, as the notices ask for them and as their buttons say.
_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            f"{before}{what} provinsi".strip()
            for before in ("", "menurut ", "tetap ")
            for what in ("", "urusan", "wewenang", "kewenangan")
        ),
        OBJECT,
    ),
    **dict.fromkeys(
        ("izinkan", "izin", "diizinkan", "sertakan nama", "izinkan nama", "izinkan nama dan kontak"), SHARE
    ),
}


def answers_referral(moment: Moment) -> Turn | None:
    """Bring a referral back, or allow name and contact: by a button, or by the words of the notice."""
    heard = moment.heard
    act, _, ticket = (heard.choice or "").partition(":")
    if act in (OBJECT, SHARE):
        case = target_of_button(ticket, heard) if ticket else None
        return _answered(moment, act, case) if case is not None else moment.turn(None, say.GREETING)
    word = _WORDS.get(" ".join(core_of(heard.text))) if heard.text and not heard.carries else None
    if word is None or moment.conversation.draft is not None:
        return None
    case = _meant(heard, word)
    return _answered(moment, word, case) if case is not None else None


def _meant(heard: Heard, act: str) -> KnownComplaint | None:
    """Return the quoted complaint, or the newest one that leaves this act to the person."""
    candidates = (heard.quoted,) if heard.quoted is not None else heard.cases
    return next((one for one in candidates if act in one.on_referral), None)


def _answered(moment: Moment, act: str, case: KnownComplaint) -> Turn:
    """Return the turn of an act. The notifier answers an objection; a consent that fits no referral changes nothing."""
    if act == OBJECT:
        # Pressed again, the button says nothing new while the complaint stands at the desk.
        fits = OBJECT in case.on_referral or case.state == "referred"
        acts = (OnCase(case.key, ObjectToReferral(WHATSAPP)),) if fits else ()
        return moment.turn(None, *(() if fits else (say.status_of((case,)),)), acts=acts)
    if SHARE not in case.on_referral:
        return moment.turn(None, say.status_of((case,)))
    return moment.turn(None, say.SHARED, acts=(OnCase(case.key, ShareContact(WHATSAPP)),))
