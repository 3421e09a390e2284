"""The citizen's form as typed, with advice for each field that is missing or wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.intake.api.models import as_email, as_phone
from services.intake.rules.commands_citizen import (
    Appeal,
    Choose,
    CitizenAct,
    Confirm,
    Dispute,
    ObjectToReferral,
    Rate,
    Reply,
    ShareContact,
    Withdraw,
)
from services.intake.rules.location import rounded_position
from shared.applications import NotAnApplicationNumber, application_number
from shared.events.fact import Class
from shared.events.submissions import ComplaintContent, Position
from shared.labels import SATISFACTION
from shared.mail import NotAMailAddress
from shared.phone import NotAWhatsAppNumber
from shared.reference.places import known_place
from shared.text import tidy

MAX_PHOTOS: Final = 5
_MAX_TEXT: Final = 20_000
_MAX_LINE: Final = 500
# A longer text is cut before it is kept. The citizen hears of the bounds above first.
_KEPT_TEXT, _KEPT_LINE = 40_000, 1_000
# The fields of the form that hold the complaint's content as it was typed, by the names of the form.
_CONTENT: Final = {"isi": "text", "lokasi": "place"}
_TYPED: Final = (*_CONTENT, "permohonan", "nama", "whatsapp", "surel")
# Choices and measured values. They are dropped, not refused, if they are none of ours: nobody has typed them.
_CHOSEN: Final = ("jenis", "kabupaten", "wilayah", "lintang", "bujur")
FIELDS: Final = (*_TYPED, *_CHOSEN)
FLAGS: Final = ("anonim", "rahasia")
# The kinds of a complaint in plain words, the usual one first, and the class that each stands for.
KINDS: Final[Mapping[str, tuple[str, Class | None]]] = {
    "aduan": ("Pengaduan: ada yang rusak, salah, atau tidak dilayani", None),
    "aspirasi": ("Aspirasi atau usul", "aspiration"),
    "informasi": ("Minta informasi", "information"),
}


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
    application: str | None
    position: Position | None
    photos: tuple[UUID, ...]
    errors: dict[str, str]

    @property
    def place_code(self) -> str | None:
        """The most precise place that was chosen."""
        return self.typed["wilayah"] or self.typed["kabupaten"] or None

    def content(self) -> ComplaintContent:
        """Return the complaint's content. Only a form without errors has one."""
        typed: dict[str, Any] = {field: self.typed[name] or None for name, field in _CONTENT.items()}
        hint = KINDS[self.typed["jenis"]][1] or ("permit" if self.application else None)
        return ComplaintContent(
            **typed,
            source="Formulir web",
            class_hint=hint,
            reporter_name=None if self.anonim else self.name,
            anonim=self.anonim,
            rahasia=self.rahasia,
            place_code=self.place_code,
            application=self.application,
            position=self.position,
        )

    def kept(self) -> dict[str, Any]:
        """Return the fields in the form in which they are kept, from which ``read_form`` reads them again."""
        flags = {name: "ya" for name in FLAGS if getattr(self, name)}
        return {"fields": self.typed | flags, "photos": [str(one) for one in self.photos]}


def read_form(fields: Mapping[str, object], photos: tuple[UUID, ...] = ()) -> ComplaintForm:
    """Read and check the form. Never raises: problems go into ``errors``."""
    typed = {name: _typed(name, fields.get(name)) for name in FIELDS}
    typed |= _choices(typed)
    errors: dict[str, str] = {}
    if len(typed["isi"]) < 10:
        errors["isi"] = "Tulis apa yang terjadi, paling sedikit 10 huruf."
    elif len(typed["isi"]) > _MAX_TEXT:
        errors["isi"] = "Singkatkan ceritanya menjadi paling banyak 20.000 huruf."
    application = number = address = None
    try:
        application = application_number(typed["permohonan"]) if typed["permohonan"] else None
    except NotAnApplicationNumber as refusal:
        errors["permohonan"] = f"{refusal.words} Boleh juga dikosongkan."
    if not typed["lokasi"]:
        errors["lokasi"] = "Tulis lokasi kejadian, misalnya nama jalan atau desa."
    errors |= {
        name: "Tulis paling banyak 500 huruf." for name in _TYPED if name != "isi" and len(typed[name]) > _MAX_LINE
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
        application=application,
        position=rounded_position(typed["lintang"], typed["bujur"]),
        photos=photos[:MAX_PHOTOS],
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


def _typed(name: str, value: object) -> str:
    most = _KEPT_TEXT if name == "isi" else _KEPT_LINE
    return tidy(tidy(value)[:most]) if isinstance(value, str) else ""


def _choices(typed: Mapping[str, str]) -> dict[str, str]:
    """Return the choices that are ours. A kecamatan or village outside the chosen regency gives way to the regency."""
    region = known_place(typed["kabupaten"]) or ""
    place = known_place(typed["wilayah"]) or ""
    position = rounded_position(typed["lintang"], typed["bujur"])
    return {
        "jenis": typed["jenis"] if typed["jenis"] in KINDS else next(iter(KINDS)),
        "kabupaten": region,
        "wilayah": place if region and place.startswith(f"{region}.") else "",
        "lintang": f"{position.latitude:.4f}" if position else "",
        "bujur": f"{position.longitude:.4f}" if position else "",
    }


def photo_ids(values: list[Any]) -> tuple[UUID, ...]:
    """Return the ids of photos that a form names, each once. Other texts are dropped: nobody has typed them."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except (ValueError, TypeError, AttributeError):
            continue
    return tuple(dict.fromkeys(found))


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
        case "keberatan":
            asked = {"keberatan": "Tulis mengapa Anda berkeberatan, lalu kirim."}
            return Appeal(reason=words, channel="web") if words else asked
        case "nilai":
            stars = values.get("nilai", "")
            if stars not in {str(number) for number in SATISFACTION}:
                return {"nilai-1": "Pilih nilai 1 sampai 4."}
            return Rate(stars=int(stars), comment=words or None, channel="web", scale=len(SATISFACTION))
        case "pilih":
            chosen = values.get("pilihan", "")
            if not (chosen.isascii() and chosen.isdigit() and len(chosen) == 1):
                return {"pilihan-1": "Pilih salah satu kalimat."}
            return Choose(int(chosen), channel="web")
        case "provinsi":
            return ObjectToReferral(channel="web")
        case "izinkan":
            return ShareContact(channel="web")
        case "tarik":
            return Withdraw(reason=words or None, channel="web")
    return {"tindakan": "Pilih apa yang ingin Anda lakukan."}
