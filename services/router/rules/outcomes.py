"""The rules for the outcome of an answer: which values belong to it, and how it reads in another system."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from services.router.errors import PutOffDate
from services.router.rules.commands import Resolve
from services.router.rules.commands_help import Contribute
from services.router.rules.draft import Draft
from shared.bounds import OutOfBounds, checked
from shared.clock import WITA
from shared.errors import Refused
from shared.reference import opds

# The field that an outcome needs, and the sentence that asks for it.
_NEEDED: Final = {
    "scheduled": ("until", "Tulis sampai tanggal berapa penanganannya dijadwalkan."),
    "not_possible": ("reason", "Tulis alasan mengapa hal ini tidak dapat dilakukan; pelapor membacanya."),
    "not_ours": ("to", "Tulis instansi mana yang berwenang."),
}
# The only outcome that each field belongs to, and the sentence that refuses it with another one.
_BELONGS: Final = {
    "until": ("scheduled", "Tanggal hanya diisi bila hasilnya dijadwalkan."),
    "reason": ("not_possible", "Alasan hanya diisi bila hasilnya tidak dapat dilakukan."),
    "legal_basis": ("not_possible", "Dasar hukum hanya diisi bila hasilnya tidak dapat dilakukan."),
    "to": ("not_ours", "Instansi yang berwenang hanya diisi bila hasilnya bukan wewenang."),
}


class WrongOutcome(Refused):
    """The outcome of the answer does not fit the other fields."""

    code = "wrong_outcome"
    status = 422
    message = "Isian jawaban tidak sesuai dengan hasilnya."


def checked_outcome(draft: Draft, command: Resolve | Contribute) -> dict[str, Any]:
    """Return the outcome of an answer as the fields of its event. The code of an OPD becomes the name of the OPD.

    Raise WrongOutcome if a field is missing or does not belong to the outcome, PutOffDate if the day is out of bounds.
    """
    for name, (outcome, words) in _BELONGS.items():
        if getattr(command, name) is not None and command.outcome != outcome:
            raise WrongOutcome(f"belongs to the outcome {outcome} only", field=name, message=words)
    name, words = _NEEDED.get(command.outcome, ("", ""))
    if name and getattr(command, name) is None:
        raise WrongOutcome(f"is needed with the outcome {command.outcome}", field=name, message=words)
    if command.until is not None:
        _check_day(draft, command.until)
    to = opds()[command.to].name if command.to in opds() else command.to
    return {
        "outcome": command.outcome,
        "until": command.until,
        "reason": command.reason,
        "legal_basis": command.legal_basis,
        "to": to,
    }


def answer_for_sp4n(answer: str, fields: dict[str, Any]) -> str:
    """Return the answer as the citizen must read it in SP4N, with the outcome before it unless it is fixed."""
    until, basis = fields["until"], fields["legal_basis"]
    words = {
        "explained": "Penjelasan:",
        "scheduled": f"Dijadwalkan sampai {until:%d-%m-%Y}:" if until else "",
        "not_possible": f"Tidak dapat dilakukan. Alasannya: {fields['reason']}"
        + (f" Dasar hukumnya: {basis}" if basis else ""),
        "not_ours": f"Bukan wewenang kami, tetapi wewenang {fields['to']}.",
    }.get(fields["outcome"])
    return f"{words} {answer}" if words else answer


def _check_day(draft: Draft, until: date) -> None:
    """Raise PutOffDate unless the day is tomorrow or later, and no further away than a case may be put off."""
    today = draft.at.astimezone(WITA).date()
    try:
        checked(until, today + timedelta(days=1), today + timedelta(days=draft.limits.put_off_days))
    except OutOfBounds as error:
        raise PutOffDate(error.first, error.last) from None
