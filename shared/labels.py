"""The Indonesian labels of our values: one word for one thing, on every page and in every message.

Labels are written as inside a sentence. Citizens and officers read the same ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, str]] = {
    "verification": "menunggu verifikasi",
    "assigned": "ditugaskan",
    "in_progress": "sedang ditangani",
    "awaiting_citizen": "menunggu keterangan pelapor",
    "resolved": "sudah dijawab",
    "closed": "ditutup",
    "referred": "diteruskan ke instansi lain",
    "archived": "diarsipkan",
    "merged": "digabungkan dengan aduan lain",
}
CLASSES: Final[Mapping[str, str]] = {
    "no_oversight": "tidak berkadar pengawasan",
    "oversight": "berkadar pengawasan",
    "information": "permintaan informasi",
    "aspiration": "aspirasi",
    "permit": "urusan perizinan",
}
# The ratings of a citizen, on the scale of 4 that the national survey of satisfaction uses.
SATISFACTION: Final[Mapping[int, str]] = {1: "sangat tidak puas", 2: "tidak puas", 3: "puas", 4: "sangat puas"}
PRIORITIES: Final[Mapping[str, str]] = {"normal": "biasa", "urgent": "mendesak"}
DESKS: Final[Mapping[str, str]] = {"triage": "meja triase", "arbiter": "meja arbiter"}
# The Ombudsman is no level of government, but a case can be referred to it.
AUTHORITIES: Final[Mapping[str, str]] = {
    "province": "pemerintah provinsi",
    "regency_or_city": "pemerintah kabupaten/kota",
    "centre": "pemerintah pusat",
    "ikn": "Otorita IKN",
    "ombudsman": "Ombudsman",
}
# The name of the OPD or authority follows, where there is one.
OUTCOMES: Final[Mapping[str, str]] = {
    "assign": "ditugaskan kepada",
    "triage": "diputuskan petugas",
    "refer": "diteruskan kepada",
}
CLOCKS: Final[Mapping[str, str]] = {
    "verify": "verifikasi",
    "redispatch": "penunjukan instansi baru",
    "respond": "tanggapan pertama",
    "resolve": "penyelesaian",
    "silence": "kabar dari pelapor",
    "appeal": "putusan keberatan",
}
ROLES: Final[Mapping[str, str]] = {
    "officer": "petugas instansi",
    "head": "kepala instansi",
    "inspektorat": "Inspektorat",
    "sekda": "Sekretaris Daerah",
    "governor": "daftar pantauan Gubernur",
    "citizen": "pelapor",
    "triage": "admin koordinator",
}
CHANNELS: Final[Mapping[str, str]] = {
    "web": "formulir web",
    "whatsapp": "WhatsApp",
    "sp4n": "SP4N-LAPOR!",
    "sms": "SMS",
    "email": "surel",
    "call_center": "pusat panggilan",
    "kim": "relawan KIM",
    "instagram": "Instagram",
    "e_ptsp": "layanan perizinan",
    "hospital_queue": "layanan rumah sakit",
    "webhook": "sistem mitra",
}


def heading(label: str) -> str:
    """Return a label as it stands at the beginning of a line. The rest of it keeps its capitals."""
    return label[:1].upper() + label[1:]


# The outcome of an OPD's answer, beside the state of the case.
ANSWER_OUTCOMES: Final[Mapping[str, str]] = {
    "fixed": "diperbaiki",
    "explained": "dijelaskan",
    "scheduled": "dijadwalkan",
    "not_possible": "tidak dapat dilakukan",
    "not_ours": "bukan wewenang",
}

# Why a file of the citizen is not with the complaint, by the code of intake's media store.
FILE_REASONS: Final[Mapping[str, str]] = {
    "gone": "berkas sudah tidak ada di aplikasi pengirimnya",
    "not_fetched": "berkas tidak dapat diambil dari aplikasi pengirimnya",
    "mismatch": "berkas rusak di perjalanan",
    "size": "berkas terlalu besar",
    "empty": "berkas kosong",
    "type": "jenis berkas tidak dapat diterima",
    "unreadable": "berkas rusak atau tidak lengkap",
    "pixels": "foto terlalu besar",
    "costly": "berkas tidak dapat dibaca",
    "infected": "berkas berisi virus",
}
