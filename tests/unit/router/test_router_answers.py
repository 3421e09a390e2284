"""An answer must say something of the matter: what was done or decided."""

import pytest

from services.router.rules import commands as c
from services.router.rules.answers import EmptyAnswer, check_answer
from shared.events import opd as o
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, assigned, refused
from tests.support.router_facts import types

SHORT = "terlalu pendek"
HOLLOW = "ungkapan umum"


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("...", "tidak berisi kata"),
        ("— — — —", "tidak berisi kata"),
        ("123 456 789 101112 131415", "tidak berisi kata"),
        ("👍👍👍👍", "tidak berisi kata"),
        ("Sudah.", SHORT),
        ("Lampu sudah diganti.", SHORT),
        ("ya ya ya ya ya ya ya ya ya ya ya ya", SHORT),
        ("Ok ada di sini ya", SHORT),
        ("Sudah ditindaklanjuti oleh petugas kami.", HOLLOW),
        ("Sudah kami tindak lanjuti sesuai dengan ketentuan yang berlaku, terima kasih.", HOLLOW),
        ("SUDAH SELESAI DITANGANI, TERIMA KASIH ATAS LAPORANNYA.", HOLLOW),
        ("Terima kasih atas laporan Bapak/Ibu. Aduan akan segera kami proses dan koordinasikan.", HOLLOW),
        ("Laporan Anda telah kami teruskan kepada instansi terkait untuk ditindaklanjuti.", HOLLOW),
    ],
)
def test_an_answer_that_says_nothing_is_refused_and_told_what_is_missing(answer: str, missing: str) -> None:
    refusal = refused(assigned(), c.Resolve(opd=DISDIKBUD, answer=answer))
    assert (type(refusal), refusal.status, refusal.field) == (EmptyAnswer, 422, "answer")
    assert missing in refusal.words


@pytest.mark.parametrize(
    "answer",
    [
        "Guru pengganti sudah mengajar.",
        "Lubang ditambal Senin pagi oleh UPTD.",
        "Lampu jalan di Loa Janan menyala lagi.",
        "Kami sudah meninjau lokasi bersama ketua RT pada hari Senin.",
        "Jalan ini milik Balai Besar, bukan provinsi.",
        "Ini bukan jalan provinsi, melainkan jalan nasional.",
        "Belum dapat dikerjakan karena anggarannya habis.",
        "Masuk rencana perbaikan tahun ini.",
        "Tanggal 12-03-2026 pipa bocor di RT 5 diganti.",
        "Terlampir daftar guru per sekolah.",
    ],
)
def test_an_answer_that_says_what_was_done_or_decided_is_taken(answer: str) -> None:
    check_answer(answer)


def test_an_update_that_says_nothing_is_answered_and_noted() -> None:
    story = assigned()
    assignment_id = story.case.assignment_id or new_id()
    said = story.update(o.UpdateResolved(assignment_id=assignment_id, answer="Sudah ditindaklanjuti."))
    assert types(said) == ["reply.refused", "case.noted"]
    assert isinstance(said[0], o.UpdateRefused)
    assert said[0].code == "empty_answer"
    assert "Tulis dengan kalimat utuh apa yang dikerjakan" in said[0].reason
    states: list[str] = [story.case.state]
    story.update(o.UpdateResolved(assignment_id=assignment_id, answer="Guru pengganti sudah mengajar sejak Senin."))
    assert [*states, story.case.state] == ["assigned", "resolved"]
