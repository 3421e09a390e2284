"""The rules for the words of an answer: it must say something that the citizen can check."""

from __future__ import annotations

import re
from typing import Final

from shared.errors import Refused

_LEAST_WORDS: Final = 4
_LEAST_LETTERS: Final = 20
_LEAST_TELLING: Final = 2
_WORD: Final = re.compile(r"[^\W_]+")
# Words that fit any answer to any complaint. An answer of these alone tells nobody what was done.
_PHRASES: Final = """
    ada adalah adanya ade aduan aduannya agar akan anda assalamualaikum atas atau bagi bahwa baik bapak beliau
    berikut berkenaan berlaku bersama besar bisa bu dalam dan dapat dari dengan di dikarenakan dikerjakan
    dikonfirmasi dikoordinasikan dilaksanakan dilakukan dimaksud dimohon dinas dipahami diperhatikan diproses
    disampaikan diselesaikan ditangani ditanggapi diterima diteruskan ditindak ditindaklanjuti hal hormat ibu
    informasi informasinya ini instansi itu jajaran jawaban juga kak kami kasih ke keluhan keluhannya kepada
    ketentuan kita koordinasi laksanakan lakukan lanjut lanjuti laporan laporannya lebih maaf masalah masalahnya
    masih masukan masukannya masyarakat melaksanakan melakukan memproses menangani menanggapi menerima
    menindaklanjuti menyampaikan mohon oleh opd pada pak pelapor pelaporan penanganan pengaduan pengaduannya
    peraturan perhatian perhatiannya permasalahan petugas pihak prosedur proses saat salam sampaikan sangat saran
    saudara saudari saya sebagaimana secepatnya sedang segera sekian selamat selanjutnya selesai semua seperti
    sesegera sesuai siang siap silahkan silakan sop sore standar sudah supaya tangani tanggapan telah tentang
    teratasi terhadap terima terimakasih terkait terlaksana tersebut tertangani tim tindak tindakan tindaklanjut
    tindaklanjuti tuntas ucapkan unit untuk warga wassalam yaitu yang yth
"""
_EMPTY: Final = frozenset(_PHRASES.split())


class EmptyAnswer(Refused):
    """The answer does not tell the citizen what was done or decided."""

    code = "empty_answer"
    status = 422
    message = "Jawaban ini belum menjelaskan apa yang dikerjakan atau diputuskan."


def check_answer(answer: str) -> None:
    """Raise EmptyAnswer unless the answer has words enough, of which some belong to the matter itself."""
    words = _WORD.findall(answer.casefold())
    said = [word for word in words if any(letter.isalpha() for letter in word)]
    if not said:
        raise EmptyAnswer(
            "has no words",
            field="answer",
            message="Jawaban ini tidak berisi kata. Tulis apa yang dikerjakan atau diputuskan, di mana, dan kapan.",
        )
    if len(set(said)) < _LEAST_WORDS or sum(map(len, said)) < _LEAST_LETTERS:
        raise EmptyAnswer(
            f"has fewer than {_LEAST_WORDS} different words or {_LEAST_LETTERS} letters",
            field="answer",
            message="Jawaban ini terlalu pendek. Tulis dengan kalimat utuh apa yang dikerjakan atau diputuskan, di mana,"
            " dan kapan.",
        )
    if len({word for word in said if word not in _EMPTY and len(word) > 1}) < _LEAST_TELLING:
        raise EmptyAnswer(
            "holds phrases that fit any complaint, and nothing of this one",
            field="answer",
            message="Jawaban ini hanya berisi ungkapan umum. Sebutkan apa yang dikerjakan atau diputuskan: benda atau"
            " tempatnya, tanggalnya, atau siapa yang mengerjakannya.",
        )
