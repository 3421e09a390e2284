"""The words by which a person answers our question: a number, an order, a yes, a change, or "I do not know"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

from services.intake.rules.conversation_known import KnownComplaint, tells_problem
from services.intake.rules.meaning import FRIENDLY, meaning, signs_of, word_set, words_of
from services.intake.rules.vocabulary import AGREED

# Words that may stand beside an answer without changing it.
_FILLER: Final = word_set(
    """
    pak bu min admin kak bang mas mbak saja ya iya oke ok deh dong nih lah kok itu ini yang untuk buat pilih pilihan nomor no
    angka jawabannya maksud maksudnya saya kami di ke tolong mohon silakan kalau begitu eh oh makasih kan sih dulu maaf gpp gapapa
    """
)
_THANKED: Final = "makasih"
_COUNTED: Final[dict[str, int]] = {
    word: number
    for number, words in enumerate(
        (
            ("pertama", "kesatu", "satu"),
            ("kedua", "dua"),
            ("ketiga", "tiga"),
            ("keempat", "empat"),
            ("kelima", "lima"),
            ("keenam", "enam"),
            ("ketujuh", "tujuh"),
            ("kedelapan", "delapan"),
            ("kesembilan", "sembilan"),
            ("kesepuluh", "sepuluh"),
        ),
        1,
    )
    for word in words
}
_LAST: Final = "terakhir"
_NOT_LISTED: Final = (["lain"], ["lainnya"], ["tidak", "ada"], ["tidak", "ada", "daftar"], ["lewati"], ["selanjutnya"])
_CANCELS: Final = frozenset(
    {
        "batal", "batalkan", "batalin", "dibatalkan", "btal", "batall", "btl", "cancel", "tidak jadi", "tidak jadi lapor",
        "tidak jadi kirim", "tidak jadi dikirim", "tidak usah", "tidak usah kirim", "tidak usah dikirim", "jangan kirim",
        "jangan dikirim", "hapus", "hapus aduan", "hapus laporan", "batal lapor", "batal aduan", "batalkan aduan",
        "batalkan laporan", "salah kirim", "salah sambung", "salah pencet", "kepencet", "batal kirim",
    }
)  # fmt: skip
# In words. A longer reason for giving up may tell of another matter.
_REASON: Final = 8
_CLAUSE: Final = re.compile(r"[,.;!\n]+")
_CHANGES: Final = word_set(
    "ubah ganti edit revisi ralat koreksi perbaiki diubah diganti tidak belum bukan salah keliru tambah tambahkan"
)
_BESIDE_CHANGE: Final = word_set("benar betul tepat sesuai ada mau ingin perlu masih jangan kurang bagian")
_PLACE: Final = word_set(
    "lokasi lokasinya tempat tempatnya alamat alamatnya posisi posisinya kecamatan kabupaten kota daerah"
)
_TEXT: Final = word_set(
    "isi isinya teks teksnya tulisan tulisannya kata katanya aduan aduannya laporan laporannya ceritanya"
)
_UNKNOWN: Final = re.compile(
    r"(?:tidak|kurang|belum) (?:tau|tahu|paham|ingat|hafal|yakin)(?: (?:nama|namanya|lokasi|lokasinya|tempat|tempatnya|alamat"
    r"|alamatnya|daerahnya|kecamatan|kecamatannya|desanya|pastinya|persis|persisnya))*|lewati|lewat|skip|lupa|lupa namanya"
    r"|bingung|entah"
)
_PUZZLED: Final = word_set("apa apaan kok kenapa mengapa gimana bagaimana maksud maksudnya hah siapa bingung")
_BESIDE_PUZZLED: Final = word_set(
    "ini itu sih lama lagi paham mengerti ngerti tidak kurang caranya cara jawab isi harus saya artinya"
)
_PATIENCE: Final = word_set("sebentar bentar sebntar bntar tunggu tggu wait nanti")
# A complaint is named by at most so many of its words ("yang air").
_NAMING: Final = 4


def core_of(text: str) -> list[str]:
    """Return the words of a text without those that only stand beside an answer."""
    return [word for word in words_of(text) if word not in _FILLER]


def number_of(text: str) -> int | None:
    """Return the number that a text is, in digits or in words. The last of a list is -1."""
    core = core_of(text)
    if len(core) != 1:
        return None
    [word] = core
    if word.isascii() and word.isdigit():
        return int(word[:4])
    return -1 if word == _LAST else _COUNTED.get(word)


def asks_for_more(text: str) -> bool:
    """Return whether the text says that the answer is none of our list."""
    return core_of(text) in _NOT_LISTED


def agrees(text: str) -> bool:
    """Return whether the text is a plain yes: words of agreement, or a friendly sign."""
    words = words_of(text)
    if not words:
        signs = set(signs_of(text))
        return bool(signs & set("👍👌✅🙏")) and signs <= FRIENDLY
    return set(words) <= AGREED | _FILLER and any(word in AGREED for word in words)


def thanks(text: str) -> bool:
    """Return whether the text thanks us."""
    return _THANKED in words_of(text)


def gives_up(text: str) -> bool:
    """Return whether the text says that the draft is not to be sent, with or without a short reason."""
    first, *rest = _CLAUSE.split(text.strip(" ,.;!\n"), maxsplit=1)
    core = core_of(first)
    if " ".join(core) not in _CANCELS:
        # "Tidak usah pak sudah beres": without a comma only a good result is a reason.
        return any(
            " ".join(core[:size]) in _CANCELS and meaning(" ".join(core[size:])) == "solved" for size in (1, 2, 3)
        )
    reason = words_of(" ".join(rest))
    return len(reason) <= _REASON and not tells_problem(reason)


def declines(text: str) -> bool:
    """Return whether the text is a plain no."""
    return core_of(text) in (["tidak"], ["tidak", "perlu"], ["jangan"], ["cukup"], ["sudah", "cukup"]) or gives_up(text)


def wanted_change(text: str) -> Literal["place", "text"] | None:
    """Return what of a draft the text asks to change: its place, its words or either. Return None for other texts."""
    there = set(core_of(text))
    if not there or not there <= _CHANGES | _BESIDE_CHANGE | _PLACE | _TEXT:
        return None
    if there & _PLACE:
        return "place"
    return "text" if there & (_CHANGES | _TEXT) else None


def asks_back(text: str) -> bool:
    """Return whether the text asks what our question means ("apa?", "maksudnya gimana"), and says nothing else."""
    words = set(words_of(text))
    return bool(words & _PUZZLED) and words <= _PUZZLED | _FILLER | _BESIDE_PUZZLED


def asks_patience(text: str) -> bool:
    """Return whether the text only says that the answer follows ("bentar", "tunggu dulu ya")."""
    words = set(words_of(text))
    return bool(words & _PATIENCE) and words <= _PATIENCE | _FILLER


def knows_no_place(text: str) -> bool:
    """Return whether the text says that the person cannot name the place."""
    return _UNKNOWN.fullmatch(" ".join(core_of(text))) is not None


def named_by_words(text: str, cases: Sequence[KnownComplaint]) -> KnownComplaint | None:
    """Return the complaint that a few of its words name ("yang air"), or None if they name none or several."""
    words = {word.removesuffix("nya") for word in core_of(text)}
    if not 0 < len(words) <= _NAMING:
        return None
    named = [case for case in cases if words <= {word.removesuffix("nya") for word in words_of(case.about)}]
    return named[0] if len(named) == 1 else None
