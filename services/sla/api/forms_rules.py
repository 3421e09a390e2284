"""The forms of calendar and policies, read as a new version of the rules. Pure.

Errors are named at their field, in Indonesian.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.sla.versions import RuleVersion, next_version
from services.sla.versions.overrides import with_override, without_override
from shared.errors import Invalid
from shared.words import day_words
from shared.worktime.reading import read_date

SHORTEST_WHY = 3


class RuleFormErrors(Exception):
    """A form with wrong fields. ``errors`` has a message for each of them."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__()
        self.errors = errors


@dataclass(frozen=True, slots=True)
class RuleProposal:
    """The version that would follow, the new text of calendar or policies, and the change in words."""

    version: RuleVersion
    words: str
    calendar: str | None = None
    policies: str | None = None


def read_calendar_form(base: RuleVersion, typed: Mapping[str, str]) -> RuleProposal:
    """Return the proposal to declare a day off or on, or to withdraw a declaration.

    Raise RuleFormErrors with every wrong field.
    """
    errors: dict[str, str] = {}
    kind = typed.get("jenis", "")
    try:
        day = read_date(typed.get("tanggal", ""))
    except ValueError:
        raise RuleFormErrors({"tanggal": "Pilih tanggalnya."} | _why(typed)) from None
    calendar = base.due_dates.table.calendar
    if not calendar.first_year <= day.year <= calendar.last_year:
        errors["tanggal"] = f"Pilih tanggal antara tahun {calendar.first_year} dan {calendar.last_year}."
    if kind not in {"off", "on", "cabut"}:
        errors["jenis"] = "Pilih libur atau masuk kerja."
    if kind in {"off", "on"} and not typed.get("nama"):
        errors["nama"] = "Tulis nama harinya, misalnya Pemungutan suara pilkada."
    if kind == "off" and typed.get("jam"):
        errors["jam"] = "Hari libur tidak mempunyai jam kerja; kosongkan."
    errors |= _why(typed)
    if errors:
        raise RuleFormErrors(errors)
    if kind == "cabut":
        try:
            text = without_override(base.texts.calendar, day)
        except Invalid:
            raise RuleFormErrors({"tanggal": "Tidak ada penetapan untuk hari itu."}) from None
        return RuleProposal(next_version(base, text, None), f"Penetapan untuk {day_words(day)} dicabut.", calendar=text)
    try:
        text = with_override(base.texts.calendar, day, kind, typed["nama"], typed.get("jam", ""))
        version = next_version(base, text, None)
    except Invalid:
        raise RuleFormErrors({"jam": "Tulis jam seperti 07:30-12:00, 13:00-16:00."}) from None
    return RuleProposal(
        version,
        f"{day_words(day)} ditetapkan {'libur' if kind == 'off' else 'masuk kerja'}: {typed['nama']}.",
        calendar=text,
    )


def read_policies_form(base: RuleVersion, typed: Mapping[str, str]) -> RuleProposal:
    """Return the proposal to replace the policies. Raise RuleFormErrors with every problem."""
    errors = _why(typed)
    text = typed.get("isi", "").replace("\r\n", "\n")
    if not text.strip():
        errors["isi"] = "Isi kebijakan tidak boleh kosong."
    if errors:
        raise RuleFormErrors(errors)
    try:
        version = next_version(base, None, text)
    except Invalid as refusal:
        raise RuleFormErrors(
            {"isi": f"Isi kebijakan belum benar. Pesan pembacanya (bahasa Inggris): {refusal.detail}"}
        ) from None
    return RuleProposal(version, "Kebijakan tenggat diganti.", policies=text)


def _why(typed: Mapping[str, str]) -> dict[str, str]:
    why = typed.get("alasan", "")
    return {} if SHORTEST_WHY <= len(why) <= 500 else {"alasan": "Tulis alasannya, misalnya nomor surat edaran."}
