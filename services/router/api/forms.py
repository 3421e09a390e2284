"""The forms of the triage pages: they become commands, or messages that say what to correct."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Final, get_args
from uuid import UUID

from services.router.rules import commands as c
from services.router.rules import commands_help, commands_referral
from services.router.rules.commands_release import ReleaseFile
from shared.clean import clean_text, whole_number
from shared.events.cases_evidence import Verdict
from shared.events.fact import Authority, Class, Priority
from shared.reference import open_opds
from shared.web.inputs import bounded_day

FindKey = Callable[[str], Awaitable[UUID | None]]


class DeskFormError(Exception):
    """A form with wrong fields. ``errors`` maps the name of a field to what the officer should do."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("a field must be put right")
        self.errors = errors


def call_for_help(fields: Mapping[str, str]) -> tuple[str, str]:
    """Return the OPD that is asked to help, and what for. Raise DeskFormError if a field is wrong."""
    code = fields.get("opd-bantu", "")
    wrong = {} if code in open_opds() else {"opd-bantu": "Pilih OPD yang diminta membantu."}
    wrong |= _lacking(fields, {"tugas-bantu": "Tulis apa yang perlu dikerjakan atau dijelaskan OPD itu."})
    if wrong:
        raise DeskFormError(wrong)
    return code, fields["tugas-bantu"]


async def command_of(typed: Mapping[str, str], *, arbiter: bool, find_key: FindKey) -> c.CaseCommand:
    """Return the command that a form stands for. Raise DeskFormError if a field is wrong.

    ``arbiter``: the arbiter sent the form. ``find_key``: returns the complaint id for an id or a ticket.
    """
    fields = {name: clean_text(value).strip() for name, value in typed.items()}
    revision = whole_number(fields.get("revisi", ""))
    match fields.get("tindakan"):
        case "tunjuk":
            return _assign(fields, revision, arbiter=arbiter)
        case "pindahkan":
            return _move(fields, revision, arbiter=arbiter)
        case "tarik":
            reason = _need(fields, "alasan-tarik", "Tulis alasannya; pelapor membacanya.")
            return c.TakeBack(reason=reason, arbiter=arbiter, revision=revision)
        case "teruskan":
            return _refer(fields, revision, arbiter=arbiter)
        case "gabung":
            into = await find_key(_need(fields, "tujuan", "Tulis nomor aduan tujuan, misalnya KT-7F3K-9Q2M-X."))
            if into is None:
                raise DeskFormError({"tujuan": "Tidak ada aduan dengan nomor itu. Periksa kembali nomornya."})
            return c.Merge(into=into, revision=revision)
        case str(act) if act in _PLAIN:
            return _PLAIN[act](fields, revision)
    raise DeskFormError({"tindakan": "Pilih salah satu tindakan."})


def _ask(fields: Mapping[str, str], revision: int | None) -> c.AskFromDesk:
    question = _need(fields, "pertanyaan", "Tulis apa yang perlu ditanyakan kepada pelapor.")
    return c.AskFromDesk(question=question, revision=revision)


def _unmerge(_fields: Mapping[str, str], revision: int | None) -> c.Unmerge:
    return c.Unmerge(revision=revision)


def _close(fields: Mapping[str, str], revision: int | None) -> c.Close:
    return c.Close(reason=_need(fields, "alasan-tutup", "Tulis alasannya; pelapor membacanya."), revision=revision)


def _archive(fields: Mapping[str, str], revision: int | None) -> c.Archive:
    why: Any = fields.get("sebab", "")
    if why not in get_args(c.ArchiveReason):
        raise DeskFormError({"sebab": "Pilih sebab pengarsipan."})
    return c.Archive(reason=why, note=fields.get("catatan") or None, revision=revision)


def _handle_reply(fields: Mapping[str, str], revision: int | None) -> c.HandleReply:
    """Return the command. Without a revision on the form, -1 makes the rules refuse the command as outdated."""
    outcome: Any = fields.get("hasil", "")
    if outcome not in ("ask", "reopen", "read"):
        raise DeskFormError({"hasil": "Pilih apa yang terjadi dengan kabar ini."})
    answer = fields.get("jawaban-kabar") or None
    if answer and len(answer) > 5000:
        raise DeskFormError({"jawaban-kabar": "Singkatkan menjadi paling banyak 5.000 huruf."})
    return c.HandleReply(outcome=outcome, answer=answer, revision=revision if revision is not None else -1)


def _write_down(fields: Mapping[str, str], revision: int | None) -> c.WriteDown:
    """Return the command. Each voice note has a field of its own, which the form names."""
    name = fields.get("kolom", "")
    text = _need(fields, name if name.startswith("tulisan-") else "tulisan-1", "Tuliskan isi pesan suara ini.")
    return c.WriteDown(file=fields.get("suara", ""), text=text, revision=revision)


def _release_file(fields: Mapping[str, str], revision: int | None) -> ReleaseFile:
    """Return the command. Each photo has a field of its own, which the form names."""
    name = fields.get("kolom", "")
    name = name if name.startswith("alasan-umum-") else "alasan-umum-1"
    reason = _need(fields, name, "Tulis alasannya; pelapor membacanya.")
    if fields.get("umum") not in ("ya", "tidak"):
        raise DeskFormError({name: "Pilih apakah foto ini ditampilkan kepada umum."})
    return ReleaseFile(file=fields.get("foto", ""), public=fields["umum"] == "ya", reason=reason, revision=revision)


def review_of(fields: Mapping[str, str], revision: int | None) -> c.ReviewEvidence:
    """Return the review of a photo. Each photo has a field of its own, which the form names."""
    name = fields.get("kolom", "")
    name = name if name.startswith("alasan-bukti-") else "alasan-bukti-1"
    reason = _need(fields, name, "Tulis apa yang Anda lihat pada foto ini; pelapor membacanya.")
    verdict: Any = fields.get("putusan", "")
    if verdict not in get_args(Verdict):
        raise DeskFormError({name: "Pilih apakah foto ini diterima."})
    return c.ReviewEvidence(file=fields.get("foto", ""), verdict=verdict, reason=reason, revision=revision)


def _confirm_referral(_fields: Mapping[str, str], revision: int | None) -> commands_referral.ConfirmReferral:
    return commands_referral.ConfirmReferral(revision=revision)


def _note_letter(_fields: Mapping[str, str], revision: int | None) -> commands_referral.NoteLetter:
    return commands_referral.NoteLetter(revision=revision)


def _record_answer(fields: Mapping[str, str], revision: int | None) -> commands_referral.RecordAnswer:
    wrong = _lacking(fields, {"isi-jawaban": "Tulis jawaban instansi itu; pelapor membacanya."})
    day = _read_day(fields.get("tanggal-jawaban", ""))
    if day is None:
        wrong["tanggal-jawaban"] = "Tulis tanggal jawabannya, misalnya 2026-03-20."
    if wrong or day is None:
        raise DeskFormError(wrong)
    return commands_referral.RecordAnswer(text=fields["isi-jawaban"], on=day, revision=revision)


def _read_day(text: str) -> date | None:
    """Return the day of a date field, or None if it names none."""
    try:
        return bounded_day(date.fromisoformat(text))
    except ValueError:
        return None


def _lacking(fields: Mapping[str, str], needed: Mapping[str, str]) -> dict[str, str]:
    """Return a message for each field that is empty or too long. ``needed`` holds the message for an empty one."""
    found: dict[str, str] = {}
    for name, what in needed.items():
        value = fields.get(name, "")
        if not value:
            found[name] = what
        elif len(value) > 5000:
            found[name] = "Singkatkan menjadi paling banyak 5.000 huruf."
    return found


def _need(fields: Mapping[str, str], name: str, what: str) -> str:
    """Return the value of a field. Raise DeskFormError if it is empty or too long."""
    wrong = _lacking(fields, {name: what})
    if wrong:
        raise DeskFormError(wrong)
    return fields[name]


def _assign(fields: Mapping[str, str], revision: int | None, *, arbiter: bool) -> c.CaseCommand:
    code = fields.get("opd", "")
    if code not in open_opds():
        raise DeskFormError({"opd": "Pilih OPD yang berwenang."})
    return c.Assign(opd=code, reason=fields.get("alasan") or None, arbiter=arbiter, revision=revision)


def _move(fields: Mapping[str, str], revision: int | None, *, arbiter: bool) -> c.CaseCommand:
    code = fields.get("opd-baru", "")
    wrong = {} if code in open_opds() else {"opd-baru": "Pilih OPD yang berwenang."}
    wrong |= _lacking(fields, {"alasan-pindah": "Tulis alasannya; pelapor membacanya."})
    if wrong:
        raise DeskFormError(wrong)
    return c.Assign(opd=code, reason=fields["alasan-pindah"], arbiter=arbiter, revision=revision)


def _refer(fields: Mapping[str, str], revision: int | None, *, arbiter: bool) -> c.CaseCommand:
    authority: Any = fields.get("kewenangan", "")
    known = authority in (*get_args(Authority), "ombudsman")
    wrong = {} if known else {"kewenangan": "Pilih kewenangan siapa aduan ini."}
    wrong |= _lacking(
        fields,
        {
            "kepada": "Tulis nama instansi tujuan, misalnya Pemerintah Kota Samarinda.",
            "alasan-teruskan": "Tulis alasannya; pelapor membacanya.",
        },
    )
    if wrong:
        raise DeskFormError(wrong)
    to, reason = fields["kepada"], fields["alasan-teruskan"]
    step = fields.get("langkah") or f"Sampaikan kepada {to}, langsung atau lewat SP4N-LAPOR! (lapor.go.id)."
    return commands_referral.Refer(
        authority=authority, to=to[:300], reason=reason, next_step=step, arbiter=arbiter, revision=revision
    )


def _reclassify(fields: Mapping[str, str], revision: int | None) -> c.CaseCommand:
    class_: Any = fields.get("golongan") or None
    priority: Any = fields.get("prioritas") or None
    if class_ not in (None, *get_args(Class)) or priority not in (None, *get_args(Priority)):
        raise DeskFormError({"golongan": "Pilih golongan dan prioritas dari daftar."})
    reason = _need(fields, "alasan-golongan", "Tulis alasan perubahan.")
    return c.Reclassify(reason=reason, class_=class_, priority=priority, revision=revision)


def _add_helper(fields: Mapping[str, str], revision: int | None) -> c.CaseCommand:
    helper, task = call_for_help(fields)
    return commands_help.AddHelper(helper=helper, task=task, revision=revision)


def _remove_helper(fields: Mapping[str, str], revision: int | None) -> c.CaseCommand:
    reason = _need(fields, "alasan-lepas", "Tulis alasannya; OPD itu membacanya.")
    return commands_help.RemoveHelper(helper=fields.get("pembantu", ""), reason=reason, revision=revision)


# The decisions that need nothing but the fields of their form.
_PLAIN: Final[Mapping[str, Callable[[Mapping[str, str], int | None], c.CaseCommand]]] = {
    "tanya": _ask,
    "arsip": _archive,
    "pisahkan": _unmerge,
    "tutup": _close,
    "golongkan": _reclassify,
    "kabar": _handle_reply,
    "tulis": _write_down,
    "umumkan": _release_file,
    "bantu": _add_helper,
    "lepas": _remove_helper,
    "benar": _confirm_referral,
    "surat": _note_letter,
    "jawaban-instansi": _record_answer,
}
