"""The rule that decides where a message belongs: to known complaints, to a new complaint, or to small talk.

In doubt a person reads the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.intake.rules.meaning import ANSWERED, RESULTS, listed, meaning, signs_of, words_of
from shared.policy import DISPUTE_WITHIN

Talk = Literal["greeting", "thanks", "status", "invite"]


@dataclass(frozen=True, slots=True)
class Known:
    """A complaint of the person who writes.

    ``about`` is its place, title and text, filled only while the complaint waits for the person.
    ``ended_at`` is the time at which the complaint ended.
    """

    key: UUID
    state: str
    ticket: str = ""
    about: str = ""
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Belongs:
    """The destination of a message: known complaints (``cases``), a new one (``new``), or a polite answer (``talk``).

    ``sure`` means that the message is about that one complaint and no other. Only then may it confirm or dispute.
    """

    cases: tuple[Known, ...] = ()
    sure: bool = False
    new: bool = False
    talk: Talk | None = None


_GREETINGS: Final = listed(
    """
    halo hallo halloo haloo helo hello hai hay hi hei p ping tes test ass ssalam mikum assalamu'alaikum met menu info
    infonya bot assalamualaikum asalamualaikum assalamu alaikum salam
    waalaikumsalam wr wb wassalam selamat pagi siang sore malam permisi punten misi mohon maaf ganggu izin ijin min
    admin kak pak bu mas mbak bang gan om tante bapak ibu kakak semua tanggap ya ini ada orang
    """
)
_THANKS: Final = listed(
    """
    makasih matur tarima kasih suwun banyak sekali banget pak bu mas mbak kak bang min admin atas bantuannya infonya
    informasinya responnya
    perhatiannya sama ya ok oke okay siap baik iya sip mantap keren top alhamdulillah sudah noted salam sehat selalu
    sukses amin aamiin nih deh batal jadi tidak salah kirim kepencet pencet maaf wkwk haha hehe ditunggu natal tahun baru
    idul fitri lebaran hari raya dan pelayanannya kerjanya
    """
)
_STATUS: Final = listed("status cek check lacak aduan laporan tiket saya pak min admin sampai mana nomor ya")
# Each of these asks for the state of a complaint.
_STATUS_ASKED: Final = (
    {"status"},
    {"sampai", "mana"},
    {"cek", "tiket"},
    {"cek", "aduan"},
    {"cek", "laporan"},
    {"lacak", "aduan"},
    {"lacak", "laporan"},
)
# A question about the service. We answer with what a complaint needs; a person is not asked.
_QUESTION: Final = re.compile(
    r"\b(?:jam berapa|hari apa|cara lapor|cara melapor|lapor gimana|lapor bagaimana|nomor telepon|alamat kantor)\b"
)
# In digits. A number as long as a telephone number or an identity number is not a rating.
_SHORT_NUMBER: Final = 2
# The least number of letters of a word with content, and the least number of words of a text with content.
_SHORTEST: Final = 3
_OVER: Final = frozenset({"closed", "archived", "referred"})
_TICKET = re.compile(r"\bKT[\s\-]?[0-9A-Z]{4}[\s\-]?[0-9A-Z]{4}[\s\-]?[0-9A-Z]\b", re.IGNORECASE)
_NEW: Final = re.compile(r"\s*(?:aduan|laporan|pengaduan|lapor) baru\b[\s:.,;\-]*", re.IGNORECASE)

_REPORT: Final = r"(?:lapor|melapor|laporkan|melaporkan|ngadu|mengadu|adukan|mengadukan|melaporkannya)"
_FIRST_TIME = re.compile(
    rf"\bbelum pernah (?:saya |kami )?{_REPORT}\b|\b(?:ini |baru )*pertama kali\b"
    r"|\b(?:aduan|laporan|pengaduan|keluhan|masalah|kasus) (?:yang )?(?:baru|lain|berbeda|beda)\b|\b(?:hal|soal) lain\b"
)
_WANTS = re.compile(
    r"\b(?:mau|ingin|pengen|pingin|hendak|izin|ijin|numpang|boleh|bisa|tolong|mohon|saya|kami|sekalian) "
    rf"(?:juga |lagi )?{_REPORT}\b"
    rf"|^(?:pak |bu |min |admin )*{_REPORT}\b"
)
_ALREADY = re.compile(
    rf"\b(?:sudah|pernah|yang|kemarin|tadi|dulu) (?:saya |kami |pernah |kali )*(?:{_REPORT}|dilaporkan|diadukan)\b"
    r"|\b(?:laporan|aduan|pengaduan) (?:saya|kami|ini|itu|tersebut|kemarin|yang)\b"
)
_SAME: Final = listed("masih lagi kembali tetap tersebut tadi kemarin juga belum sudah")
_PLACE = re.compile(
    r"\b(?:jalan|jl|jln|gang|gg|desa|kelurahan|kecamatan|kec|kel|kampung|simpang|rt|rw|km|depan|dekat|pasar|jembatan|sekolah|sd|"
    r"sdn|smp|smpn|sma|sman|smk|smkn|puskesmas|rsud|terminal|pelabuhan|perumahan|komplek|blok|dusun|sungai|taman|masjid|kantor)\b"
)
_COMMON: Final = listed(
    """
    yang dengan untuk dari pada sejak sudah belum masih tolong mohon segera sekali banget karena warga bapak admin
    makasih jalan jalannya tidak dapat bisa kami saya sangat sekitar depan dekat kecamatan kelurahan desa minggu bulan
    hari tahun lalu malam pagi siang sore senin selasa rabu kamis jumat sabtu rusak parah diperbaiki perbaikan setiap
    banyak semua orang pemerintah dinas provinsi kota kabupaten lapor melapor melaporkan aduan laporan ingin juga baru
    lagi ada ini itu
    """
)
# Words that speak of how a complaint was handled.
_HANDLING: Final = listed(
    """
    petugas petugasnya jawaban jawabannya dijawab menjawab tanggapan tanggapannya perubahan perbaikan sesuai gubernur bupati
    walikota ombudsman media viral viralkan bohong dibohongi percuma kecewa puas cuma hanya asal asalan foto fotonya
    pura dikerjakan kerjakan ditutup tutup dibuka respon responnya bukti lapangan kondisi
    datang turun ditindak hasil hasilnya sia
    """
)
_PLEAS: Final = listed("mohon tolong segera kapan kok kenapa saja lah rusak mati tidak puas lagi lama bagus sekarang")
# The least number of subjects that the complaint does not know in a message that announces another matter.
_STRANGE: Final = 2
# The least number of words with content in a message that counts as another matter.
_TELLS: Final = 5


def belongs(text: str, quoted: Known | None, cases: Sequence[Known], now: datetime) -> Belongs:
    """Return the destination of a message. ``cases`` are the person's complaints, newest first."""
    asked_for = _NEW.match(text)
    if asked_for is not None:
        says_something = len(words_of(text[asked_for.end() :])) >= _SHORTEST
        return Belongs(new=True) if says_something else Belongs(talk="invite")
    named = named_in(text, cases)
    if _TICKET.search(text) and set(words_of(_TICKET.sub(" ", text))) <= _STATUS | _GREETINGS:
        return Belongs(cases=(named,) if named is not None else (), talk="status")
    about = named or quoted
    if about is not None:
        if about.state in _OVER and small_talk(text) is not None:
            return Belongs(talk="thanks")
        return Belongs(cases=(about,), sure=True)
    waiting = tuple(case for case in cases if case.state in ("awaiting_citizen", "resolved"))
    if waiting:
        return _of_waiting(text, waiting)
    meant = meaning(text)
    talk = small_talk(text)
    # Words without a subject of their own ("belum dikerjakan", "kok ditutup") are about the newest complaint.
    if (
        cases
        and _near(cases[0], now)
        and not _subjects(text)
        and (talk is None or meant != "unclear")
        and not only_announces(text)
    ):
        return Belongs(cases=(cases[0],), sure=meant != "unclear")
    talk = talk or ("thanks" if meant == "solved" else None) or ("invite" if only_announces(text) else None)
    return Belongs(talk=talk, cases=tuple(cases[:1]) if talk == "status" else ()) if talk else Belongs(new=True)


def _of_waiting(text: str, waiting: tuple[Known, ...]) -> Belongs:
    """Return the destination when complaints wait for the person: a new complaint, or all complaints that wait."""
    asked = any(case.state == "awaiting_citizen" for case in waiting)
    if not asked and only_announces(text):
        return Belongs(talk="invite")
    if all(other_matter(text, case) for case in waiting):
        return Belongs(new=True)
    # Words with a subject that the complaint does not know neither confirm nor dispute: a person reads them, and we ask.
    sure = len(waiting) == 1 and (asked or meaning(text) == "unclear" or not _foreign(text, waiting[0]))
    return Belongs(cases=waiting, sure=sure)


def named_in(text: str, cases: Sequence[Known]) -> Known | None:
    """Return the complaint whose ticket stands in the text, or None."""
    found = {re.sub(r"[\s\-]", "", ticket).upper() for ticket in _TICKET.findall(text)}
    return next((case for case in cases if case.ticket.replace("-", "") in found), None)


def _near(case: Known, now: datetime) -> bool:
    """Return whether the complaint is open, or ended so recently that a message without a ticket may be about it."""
    return case.ended_at is None or now <= case.ended_at + DISPUTE_WITHIN


def small_talk(text: str) -> Talk | None:
    """Recognise a message that is no complaint: a greeting, thanks, a number from 1 to 5, emoji alone, STATUS."""
    words = words_of(text)
    there = set(words)
    if not words:
        return "thanks" if signs_of(text) or not any(letter.isalpha() for letter in text) else None
    if any(asked <= there for asked in _STATUS_ASKED) and there <= _STATUS | _GREETINGS:
        return "status"
    if _QUESTION.search(" ".join(words)) and len(words) <= _TELLS + 2:
        return "invite"
    if {word for word in there if not word.isdigit()} <= _GREETINGS and there & _GREETINGS:
        return "greeting"
    if there <= _THANKS | _GREETINGS:
        return "thanks"
    numbers = [word for word in words if word not in {"bintang", "nilai", "dari", "poin"}]
    return "thanks" if all(word.isdigit() and len(word) <= _SHORT_NUMBER for word in numbers) else None


def only_announces(text: str) -> bool:
    """Return whether the text announces a complaint but does not yet say what the complaint is about."""
    words = " ".join(words_of(text))
    if not (_WANTS.search(words) or _FIRST_TIME.search(words)) or _ALREADY.search(words):
        return False
    rest = set(_FIRST_TIME.sub(" ", _WANTS.sub(" ", words)).split())
    return rest <= _GREETINGS | _COMMON | _SAME | {
        "sesuatu",
        "dong",
        "gimana",
        "caranya",
        "bagaimana",
        "cara",
        "nih",
        "boleh",
    }


def other_matter(text: str, case: Known) -> bool:
    """Return whether the text is plainly about something other than the case.

    When the text may be about either, return False: a person then reads the text on the case, and the citizen is asked.
    """
    words = words_of(text)
    said = " ".join(words)
    # The answer to a question may begin with anything, and words about the handling of a case are about that case.
    if case.state != "resolved" or "?" in text or set(words) & (RESULTS | _HANDLING):
        return False
    if _ALREADY.search(re.sub(rf"\bbelum pernah (?:saya |kami )?{_REPORT}\b", "", said)):
        return False
    shared = _own(words) & _own(words_of(case.about))
    if _FIRST_TIME.search(said) or _WANTS.search(said):
        strange = _subjects(text) - _own(words_of(case.about))
        return not (set(words) & (_SAME - {"juga", "belum", "sudah"})) and len(shared) <= 1 and len(strange) >= _STRANGE
    if not case.about or meaning(text) != "unclear":
        return False
    return not shared and not set(words) & _SAME and _PLACE.search(said) is not None and len(_own(words)) >= _TELLS


def _foreign(text: str, case: Known) -> bool:
    """Return whether the text has a subject that the complaint does not name."""
    return not _subjects(text) <= _own(words_of(case.about))


def _subjects(text: str) -> set[str]:
    """Return the words that name what a text is about, without those that speak of handling, results and damage."""
    plain = {word.removesuffix("nya") for word in ANSWERED | _HANDLING | _PLEAS | _GREETINGS | _THANKS | _SAME}
    return {word for word in _own(words_of(_TICKET.sub(" ", text))) if not word.isdigit()} - plain


def _own(words: Sequence[str]) -> set[str]:
    """Return the words that tell what a text is about."""
    return {word.removesuffix("nya") for word in words if len(word) >= _SHORTEST and word not in _COMMON}
