"""The citizen's form as typed, with advice for each field that is missing or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.intake.api.models import as_email, as_phone
from services.intake.rules.commands import CitizenAct, Confirm, Dispute, Rate, Reply, Withdraw
from shared.events.submissions import ComplaintContent
from shared.labels import SATISFACTION
from shared.mail import NotAMailAddress
from shared.phone import NotAWhatsAppNumber
from shared.text import tidy

_MAX_TEXT: Final = 20_000
_MAX_LINE: Final = 500
# The fields of the form that hold the complaint's content, by the names of the form.
_CONTENT: Final = {"isi": "text", "lokasi": "place"}
FIELDS: Final = (*_CONTENT, "nama", "whatsapp", "surel")


@dataclass(frozen=True, slots=True)
class ComplaintForm:
    """The tidied fields of the form. ``typed`` refills the form, and ``errors`` tells the citizen what to correct."""

    typed: dict[str, str]
    name: str | None
    whatsapp: str | None
    email: str | None
    anonim: bool
    rahasia: bool
    robot: bool
    errors: dict[str, str]

    def content(self) -> ComplaintContent:
        """Return the complaint's content. Only a form without errors has one."""
        typed: dict[str, Any] = {field: self.typed[name] or None for name, field in _CONTENT.items()}
        return ComplaintContent(
            **typed,
            source="Formulir web",
            reporter_name=None if self.anonim else self.name,
            anonim=self.anonim,
            rahasia=self.rahasia,
        )


def read_form(fields: Mapping[str, object]) -> ComplaintForm:
    """Read and check the form. Never raises: problems go into ``errors``."""
    typed = {name: tidy(value) if isinstance(value := fields.get(name), str) else "" for name in FIELDS}
    errors: dict[str, str] = {}
    if len(typed["isi"]) < 10:
        errors["isi"] = "Tulis apa yang terjadi, paling sedikit 10 huruf."
    elif len(typed["isi"]) > _MAX_TEXT:
        errors["isi"] = "Singkatkan ceritanya menjadi paling banyak 20.000 huruf."
    if not typed["lokasi"]:
        errors["lokasi"] = "Tulis lokasi kejadian, misalnya nama jalan atau desa."
    errors |= {
        name: "Tulis paling banyak 500 huruf." for name in FIELDS if name != "isi" and len(typed[name]) > _MAX_LINE
    }
    number, address, wrong = read_contact(typed)
    errors |= {name: f"{words} Boleh juga dikosongkan." for name, words in wrong.items()}
    return ComplaintForm(
        typed=typed,
        name=typed["nama"] or None,
        whatsapp=number,
        email=address,
        anonim=bool(fields.get("anonim")),
        rahasia=bool(fields.get("rahasia")),
        robot=bool(fields.get("alamat_situs")),
        errors=errors,
    )


def read_contact(typed: Mapping[str, str]) -> tuple[str | None, str | None, dict[str, str]]:
    """Return the WhatsApp number and the e-mail address of a form, and the advice for each that is wrong."""
    number = address = None
    errors: dict[str, str] = {}
    try:
        number = as_phone(typed["whatsapp"]) if typed.get("whatsapp") else None
    except NotAWhatsAppNumber as refusal:
        errors["whatsapp"] = refusal.words
    try:
        address = as_email(typed["surel"]) if typed.get("surel") else None
    except NotAMailAddress:
        errors["surel"] = "Tulis alamat surel yang lengkap, misalnya nama@contoh.id."
    return number, address, errors


def read_address(typed: Mapping[str, str]) -> tuple[str | None, str | None, dict[str, str]]:
    """Return number and e-mail address like ``read_contact``. One of them must be there."""
    number, address, errors = read_contact(typed)
    if not number and not address and not errors:
        errors["whatsapp"] = "Tulis nomor WhatsApp atau alamat surel Anda."
    return number, address, errors


def act_of(values: dict[str, str]) -> CitizenAct | dict[str, str]:
    """Return the act that a form requests, or the errors by field."""
    words = values.get("keterangan", "")
    match values.get("tindakan"):
        case "balas":
            return Reply(text=words, channel="web") if words else {"balas": "Tulis keterangan Anda, lalu kirim."}
        case "selesai":
            return Confirm(channel="web")
        case "belum":
            return (
                Dispute(reason=words, channel="web") if words else {"belum": "Tulis apa yang masih kurang, lalu kirim."}
            )
        case "nilai":
            stars = values.get("nilai", "")
            if stars not in {str(number) for number in SATISFACTION}:
                return {"nilai-1": "Pilih nilai 1 sampai 4."}
            return Rate(stars=int(stars), comment=words or None, channel="web", scale=len(SATISFACTION))
        case "tarik":
            return Withdraw(reason=words or None, channel="web")
    return {"tindakan": "Pilih apa yang ingin Anda lakukan."}
