"""The forms of the supervisors' desk: they become commands, or messages that say what to correct."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, get_args

from services.router.api.forms import DeskFormError, review_of
from services.router.rules.commands import CaseCommand, DecideAppeal
from shared.clean import clean_text, whole_number
from shared.events.cases_appeal import AppealVerdict
from shared.reference import open_opds

LONGEST: Final = 5_000


def decision_of(typed: Mapping[str, str]) -> CaseCommand:
    """Return the command that a form stands for. Raise DeskFormError if a field is wrong."""
    fields = {name: clean_text(value).strip() for name, value in typed.items()}
    revision = whole_number(fields.get("revisi", ""))
    match fields.get("tindakan"):
        case "bukti":
            return review_of(fields, revision)
        case "putus":
            return _decide(fields, revision)
    raise DeskFormError({"tindakan": "Pilih salah satu tindakan."})


def _decide(fields: Mapping[str, str], revision: int | None) -> DecideAppeal:
    reason, verdict, opd = fields.get("alasan-putusan", ""), fields.get("putusan", ""), fields.get("opd-baru") or None
    wrong: dict[str, str] = {}
    if not reason:
        wrong["alasan-putusan"] = "Tulis alasan putusan; pelapor membacanya."
    elif len(reason) > LONGEST:
        wrong["alasan-putusan"] = "Singkatkan alasan menjadi paling banyak 5.000 huruf."
    if opd is not None and opd not in open_opds():
        wrong["opd-baru"] = "Pilih OPD dari daftar."
    if verdict not in get_args(AppealVerdict):
        wrong["tindakan"] = "Pilih apakah keberatan diterima atau ditolak."
    if wrong:
        raise DeskFormError(wrong)
    chosen: Any = verdict
    return DecideAppeal(verdict=chosen, reason=reason, opd=opd if verdict == "upheld" else None, revision=revision)
