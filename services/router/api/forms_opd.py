"""The forms of an OPD's desk: they become commands, or messages that say what to correct."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, get_args

from services.router.api.forms import DeskFormError, call_for_help
from services.router.rules import commands as c
from services.router.rules import commands_help
from services.router.rules.answer_templates import BLANK
from shared.clean import clean_text, whole_number
from shared.events.cases_answer import AnswerOutcome
from shared.events.fact import Attachment
from shared.ids import parse_id
from shared.reference import open_opds

_LONGEST: Final = 5000
# Questions that officers ask most. A question of one's own takes precedence.
READY_QUESTIONS: Final = (
    "Di mana persisnya lokasinya? Sebutkan nama jalan, RT, atau patokan terdekat.",
    "Sejak kapan hal ini terjadi, dan apakah masih terjadi sekarang?",
    "Dapatkah Anda mengirim foto yang menunjukkan masalahnya?",
    "Berapa nomor permohonan atau nomor berkas Anda?",
)


def opd_command_of(typed: Mapping[str, str], opd: str, evidence: tuple[Attachment, ...] = ()) -> c.OpdCommand:
    """Return the command that a form of the OPD stands for. Raise DeskFormError if a field is wrong.

    ``evidence``: the photos that belong to an answer.
    """
    fields = {name: clean_text(value).strip() for name, value in typed.items()}
    common: dict[str, Any] = {
        "opd": opd,
        "revision": whole_number(fields.get("revisi", "")),
        "assignment_id": parse_id(fields.get("penugasan", "")),
    }
    match fields.get("tindakan"):
        case "terima":
            return c.Accept(**common)
        case "tolak":
            code = fields.get("saran") or None
            if code is not None and code not in open_opds():
                raise DeskFormError({"saran": "Pilih OPD dari daftar, atau kosongkan."})
            reason = _need(fields, "alasan-tolak", "Tulis mengapa ini bukan wewenang OPD Anda.")
            return c.Decline(reason=reason, suggestion=code, **common)
        case "laporkan":
            text = _need(fields, "perkembangan", "Tulis apa yang sudah atau sedang dikerjakan.")
            return c.Progress(text=text, public=fields.get("untuk") != "dalam", **common)
        case "tanya":
            return c.Ask(question=_question(fields), **common)
        case "tunda":
            until = _day(fields, "tanggal-tunda", "Pilih tanggal sampai kapan ditunda.")
            reason = _need(fields, "alasan-tunda", "Tulis alasannya; pelapor membacanya.")
            return c.PutItOff(until=until, reason=reason, **common)
        case "jawab":
            return _answer(fields, common, evidence)
        case "serahkan":
            return commands_help.Contribute(**_said(fields, "text", "Tulis bagian OPD Anda.", evidence), **common)
        case "bantu":
            helper, task = call_for_help(fields)
            return commands_help.AskHelp(helper=helper, task=task, **common)
        case "lepas":
            reason = _need(fields, "alasan-lepas", "Tulis alasannya; OPD itu membacanya.")
            return commands_help.EndHelp(helper=fields.get("pembantu", ""), reason=reason, **common)
    raise DeskFormError({"tindakan": "Pilih salah satu tindakan."})


def _answer(fields: Mapping[str, str], common: Mapping[str, Any], evidence: tuple[Attachment, ...]) -> c.Resolve:
    without = fields.get("tanpa-bagian") or None
    said = _said(fields, "answer", "Tulis jawaban untuk pelapor.", evidence)
    return c.Resolve(**said, without_parts=without, **common)


def _said(fields: Mapping[str, str], name: str, what: str, evidence: tuple[Attachment, ...]) -> dict[str, Any]:
    """Return the words of an answer or of a part, under this name, with its outcome and evidence.

    Raise DeskFormError for a field that is missing; ``what`` asks for the words.
    """
    outcome: Any = fields.get("hasil", "")
    if outcome not in get_args(AnswerOutcome):
        raise DeskFormError({"hasil-fixed": "Pilih apa hasilnya."})
    words = _need(fields, "jawaban", what)
    if BLANK in words:
        raise DeskFormError({"jawaban": f"Ganti dulu bagian {BLANK} dengan keterangan aduan ini."})
    values: dict[str, Any] = {name: words, "outcome": outcome, "evidence": evidence}
    if outcome == "scheduled":
        values["until"] = _day(fields, "sampai", "Pilih sampai tanggal berapa dijadwalkan.")
    elif outcome == "not_possible":
        values["reason"] = _need(fields, "alasan-jawaban", "Tulis mengapa hal ini tidak dapat dilakukan.")
        values["legal_basis"] = fields.get("dasar") or None
    elif outcome == "not_ours":
        values["to"] = _need(fields, "kepada", "Tulis instansi mana yang berwenang.")[:300]
    return values


def _question(fields: Mapping[str, str]) -> str:
    own = fields.get("pertanyaan", "")
    number = whole_number(fields.get("siap", ""))
    if not own and number is not None and 0 <= number < len(READY_QUESTIONS):
        return READY_QUESTIONS[number]
    return _need(fields, "pertanyaan", "Tulis pertanyaan Anda, atau pilih salah satu yang siap pakai.")


def _need(fields: Mapping[str, str], name: str, what: str) -> str:
    """Return the value of a field. Raise DeskFormError if it is empty or too long."""
    value = fields.get(name, "")
    if not value:
        raise DeskFormError({name: what})
    if len(value) > _LONGEST:
        raise DeskFormError({name: "Singkatkan menjadi paling banyak 5.000 huruf."})
    return value


def _day(fields: Mapping[str, str], name: str, what: str) -> date:
    try:
        return date.fromisoformat(fields.get(name, ""))
    except ValueError:
        raise DeskFormError({name: what}) from None
