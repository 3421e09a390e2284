"""The meaning of a citizen's words as the answer to "is it solved?". Unclear words are never guessed at."""

import pytest

from services.intake.rules.meaning import meaning

SOLVED = """
SUDAH
sudah
Sudah.
sdh pak
udah bu
sudah pak terima kasih
Sudah pak, terima kasih banyak 🙏
Alhamdulillah sudah nyala
alhamdulillah sdh nyala pak, trims
sudah diperbaiki, makasih
Sudah diperbaiki kemarin sore, terima kasih pak
sudah selesai
selesai
Selesai pak 👍
beres pak
ya sudah selesai
sudah beres, mantap
lampunya sudah nyala lagi pak terima kasih
Lampu jalannya sudah terang, terima kasih Dinas
air sudah mengalir lagi alhamdulillah
airnya udah ngalir bu mksh
Sampahnya sudah diangkut tadi pagi. Terima kasih.
jalannya sudah mulus, terima kasih
sudah dibersihkan petugas, terimakasih
akhirnya diperbaiki juga, makasih pak
sudaaaah pak
ｓｕｄａｈ
sudah ditambal dan diaspal
listrik sudah normal 🙏🙏
👍
👍🏻
👍🏼
👍🏽
👍🏾
👍🏿
👍👍🏽 terima kasih pak
"""

UNSOLVED = """
BELUM
belum
blm pak
Belum bu.
belom
belummm pak
belum sama sekali pak
belum selesai
masih belum pak
maaf pak belum
Masih rusak pak, tidak ada yang datang memperbaiki
masih rusak pak, tidak ada yang datang
belum ada perubahan
blm ada perubahan sama sekali
blm diperbaiki pak
belum diperbaiki sama sekali
Belum pernah diperbaiki
sudah 3 hari belum ada yang datang
sudah seminggu blm ada petugas yg datang
tidak ada perubahan
gak ada yg datang pak
ga ada tindakan apa apa
msh mati pak lampunya
Lampunya masih mati
masih gelap gulita pak
jalannya tetap berlubang
masih sama saja seperti kemarin
sampah masih menumpuk
airnya masih keruh
sampai sekarang belum ada realisasi
tdk ada tindak lanjut
belum ada tindak lanjut sampai hari ini
belum ditangani
nggak diperbaiki
tidak selesai
kada ada perubahan
belum nyala2 juga
belum juga pak
masih aja bocor
belum 😭
belum beres pak 😡
Belum, tolong segera diperbaiki
blm ada yg dtg
tidak pernah ada yang datang
bohong, belum diperbaiki
sudah pak, cuma masih gelap
"""

UNCLEAR = """
Pak tolong dicek lagi
sudah rusak lagi
sudah mati lagi pak
sudah nyala tapi mati lagi
sudah diperbaiki tapi masih bocor
katanya sudah diperbaiki padahal belum
sudah lapor
sudah saya lapor pak
sudah dilaporkan berkali-kali
ya belum
ya sudah
ya sudahlah
iya sudah pak
sudahlah
belum pak sudah dicek?
sudah?
sudah belum?
sudah apa belum pak
kapan diperbaiki?
apakah sudah selesai?
masih rusak kan pak?
ya
iya pak
ok
oke siap
baik pak
baik, ditunggu
👍 ditunggu pak
oke 👍
baik sudah
bohong sudah selesai
sudah selesai apanya
sudah tidak nyala
air sudah mati
sudah banjir lagi
baik pak 👍
terima kasih
makasih pak 🙏
🙏
👎
😡
sudah 😡
👍 tapi masih mati
5
sudah 3 bulan
sudah capek menunggu
sudah biasa begini
sudah dijanjikan dari tahun lalu
sudah saya terima
sudah saya baca
sudah kemarin pak
sudah dicek pak
sudah ditinjau
sudah disurvei saja
sudah dikerjakan asal-asalan
hebat ya, sudah diperbaiki dalam 3 bulan
bagus sekali kerjanya 👏
mantap
sudah sebagian
sudah mulai diperbaiki
belum sempat saya cek
belum tahu pak
belum saya lihat
sepertinya belum
mungkin sudah
kayaknya sudah
kalau masih rusak nanti saya kabari
kemarin masih rusak, sekarang sudah bagus
belum ada yang rusak lagi
belum ada gangguan lagi
tidak ada masalah lagi
sudah tidak banjir lagi
tidak bocor lagi
Belum lama ini ada lubang baru juga, mau lapor
Belum pernah saya lapor, ini pertama kali: lampu di Jl. Suryanata masih mati
di gang sebelah masih gelap
tiangnya nomor 17 pak
nomor saya ganti
mau lapor pak
halo
STATUS
tidak
enggak pak
bukan begitu pak
lampu sudah diperbaiki, jalannya belum
sudah, tapi
terima
(mengirim foto)
.
"""


def lines(table: str) -> list[str]:
    return table.strip().splitlines()


@pytest.mark.parametrize("text", lines(SOLVED))
def test_a_plain_yes_confirms(text: str) -> None:
    assert meaning(text) == "solved"


@pytest.mark.parametrize("text", lines(UNSOLVED))
def test_a_plain_no_disputes(text: str) -> None:
    assert meaning(text) == "unsolved"


@pytest.mark.parametrize("text", lines(UNCLEAR))
def test_all_else_is_asked_about(text: str) -> None:
    assert meaning(text) == "unclear"


@pytest.mark.parametrize("text", ["", " ", "\n", "\u200d", "🏽", "masih rusak " * 30, "x" * 20_000])
def test_nothing_is_read_into_nothing_or_a_story(text: str) -> None:
    assert meaning(text) == "unclear"
