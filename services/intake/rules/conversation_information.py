"""The rules for a question that asks for information: on office hours, identity papers, permits, taxes of vehicles."""

from __future__ import annotations

import re
from typing import Final

from services.intake.rules.conversation_known import tells_problem
from services.intake.rules.meaning import words_of
from services.intake.rules.vocabulary import ASKING, NEWS, THINGS, WANTS

# The services that people ask for, with the office that gives them. Nothing here changes with a fee or a date.
_OFFICES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (
        re.compile(r"\b(?:ktp|kk|kia|kartu keluarga|akta|surat pindah)\b"),
        "KTP, KK, dan akta diurus di Disdukcapil kabupaten atau kota Anda.",
    ),
    (
        re.compile(r"\b(?:nib|oss|siup|izin usaha|ijin usaha|perizinan|imb|pbg)\b"),
        "NIB dan izin usaha diurus di oss.go.id, dengan bantuan DPMPTSP.",
    ),
    (
        re.compile(r"\b(?:pajak (?:kendaraan|motor|mobil)|samsat|stnk|bpkb|balik nama)\b"),
        "Pajak kendaraan dan STNK diurus di kantor Samsat.",
    ),
    (re.compile(r"\b(?:sim|skck)\b"), "SIM dan SKCK diurus di kepolisian."),
    (re.compile(r"\bpaspor\b"), "Paspor diurus di kantor imigrasi."),
)
_SERVICE: Final = re.compile(
    r"\b(?:kantor|loket|dinas|disdukcapil|dukcapil|capil|dpmptsp|mpp|izin|ijin|beasiswa|ppdb|spmb|bpjs|pelatihan|lowongan|sertifikat)\b"
)
_ASKS: Final = re.compile(
    r"\b(?:gimana|bagaimana|cara|(?<!begitu )caranya|syarat|syaratnya|persyaratan|prosedur|biaya|biayanya|tarif|berapa|apa saja"
    r"|bawa apa|jam berapa|jam buka|buka jam|di mana|alamat (?:kantor|dinas)|kapan|tanya|nanya|bertanya|nomor telepon)\b"
)
# A story of bad service is a complaint, however it asks.
_COMPLAINS: Final = re.compile(
    r"\b(?:belum|tidak|kok|kenapa|mengapa|padahal|sudah|lama|lambat|calo|antri|antre|ditolak|diminta|dimintai|dipersulit"
    r"|terus|trus|selalu|sering|susah|sulit|habis|gagal|error|kasar|bolos|(?:gimana|bagaimana) (?:ini|sih))\b"
)
_LOST: Final = frozenset({"hilang", "kehilangan", "rusak", "robek", "patah"})
_HOURS: Final = re.compile(r"\b(?:jam berapa|jam buka|jam kantor|hari apa|buka jam|tutup jam)\b")
_LONGEST: Final = 15


def asks_information(text: str) -> bool:
    """Return whether the text asks how, where or when a service is given, and tells of no trouble."""
    words = words_of(text)
    said = " ".join(words)
    if not 0 < len(words) <= _LONGEST or not _ASKS.search(said) or _COMPLAINS.search(said) or WANTS.search(said):
        return False
    if set(words) & (THINGS | NEWS):
        return False
    asked = ASKING.sub(" ", said)
    if office_of(asked) is None:
        return _SERVICE.search(asked) is not None and not tells_problem(words)
    # "Cara urus KTP hilang" asks for a paper that is lost, and complains of nobody.
    return not tells_problem([word for word in words if word not in _LOST])


def asks_hours(text: str) -> bool:
    """Return whether a question is about the hours of an office."""
    return _HOURS.search(" ".join(words_of(text))) is not None


def office_of(text: str) -> str | None:
    """Return the sentence about the office that gives a service, or None for a service that we do not know."""
    said = " ".join(words_of(text))
    return next((sentence for pattern, sentence in _OFFICES if pattern.search(said)), None)
