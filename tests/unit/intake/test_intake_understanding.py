"""Lifelike messages that a careless rule takes for a yes or a no: each is asked about."""

import pytest

from services.intake.rules.meaning import meaning

NO_YES = (
    "Semoga cepat beres pak",
    "semoga selesai",
    "Semoga sudah beres",
    "semoga selesai hari ini",
    "Pak semoga cepat beres",
    "dah pak",
    "dah ya pak",
    "sudah ya pak 🙃",
    "sudah diperbaiki :(",
    "sudah nyala ☹️",
    "sudah selesai 🤔",
    "sudah selesai 🥺",
    "sudah selesai 🤨",
    "selesai 🤮",
    "🚫 selesai",
    "sudah ✗",
    "👍🤔",
    "👍💩",
    "bu, ya sudah",
    "pak ya sudah",
    "terima kasih ya sudah pak",
    "siap sudah",
    "ok sudah pak",
    "kemarin sudah nyala",
    "sudah nyala tadi malam",
    "lampu sudah nyala siang malam",
    "mantap sudah banyak lubang jalan mulus kami",
    "sudah mulus jalan pemerintah, jalan kami lubang",
    "jalan sudah mengalir air semua",
    "sudah diperbaiki oleh kami",
    "sudah dikerjakan saya semua",
    "sudah mati lagi",
    "sudah 3 hari belum ada yang datang",
    "sudah lapor",
    "sudah dicek?",
    "ya sudah",
    "sudah hampir selesai",
    "akan selesai",
    "belum selesai",
    "tidak selesai",
    "sudah rusak lagi",
    "nanti selesai",
    "selesai kapan",
    "hampir beres",
    "alhamdulillah masih hidup",
    "sudah bosan",
    "sudah capek",
    "sudahlah",
    "sudah tahu",
    "sudah nyala tapi redup",
    "sudah nyala sebentar",
    "sudah selesai bohong",
    "selesai katanya",
    "terima kasih sudah dibohongi",
    "sudah cukup sabar saya menunggu",
    "cukup sudah",
    "sudah cukup lama rusaknya",
    "cukup jelas bohongnya",
    "tidak keberatan tapi tolong cepat",
)

YES = (
    "sudah pak terima kasih",
    "Alhamdulillah sudah nyala",
    "👍",
    "👍🏽",
    "👍👍🙏",
    "sdh beres pak makasih",
    "Sudah",
    "sudah selesai",
    "selesai",
    "beres pak",
    "alhamdulillah beres",
    "lampunya sudah nyala lagi pak, makasih banyak",
    "jalan sudah diperbaiki, terima kasih dinas",
    "ya sudah selesai pak",
    "oke sudah nyala",
    "sudah diperbaiki kemarin sore",
    "airnya sudah ngalir lagi",
    "sudah diaspal mulus",
    "Alhamdulillah sudah nyala, semoga bapak sehat selalu",
    "sudah bersih pak 🙏🙏",
    "sampahnya sudah diangkut tadi pagi, makasih",
    "sudah cukup",
    "ya cukup",
    "cukup jelas, terima kasih",
    "jawabannya sudah jelas bagi saya",
    "sudah teratasi pak",
    "sudah nyala pang pak lampunya, makasih lah",
)

NO_DENIAL = (
    "Belum pernah ditangani secepat ini, mantap",
    "kemarin masih rusak pak, hari ini mulus",
    "tadi malam masih mati, tapi sekarang terang",
    "saya kira masih rusak ternyata mulus",
    "siapa bilang masih rusak, mulus gitu",
    "tidak ada apa apa pak",
    "gak ada apa2",
    "banjirnya tidak datang lagi",
    "premannya tidak pernah datang lagi, terima kasih pak",
    "tidak ada hasil yang mengecewakan",
    "tidak ada yang memperbaiki secepat bapak",
    "tetap seperti ini ya pak, jangan rusak lagi",
    "masih belum saya lihat",
    "belum juga saya cek",
    "saya belum datang ke lokasi",
    "masih belum paham maksudnya",
    "hp saya masih mati",
    "istri saya belum datang",
    "rumah tetangga masih banjir",
    "takutnya masih bocor",
    "entah masih rusak atau nggak",
    "tetangga bilang masih rusak",
    "jalannya bagus tapi lampunya masih mati",
    "airnya ngalir tapi masih keruh",
    "belum lihat",
    "saya belum sempat ke sana",
    "belum pulang kampung",
    "tidak keberatan",
    "tidak ada keberatan",
    "sekolah minta uang perpisahan, wali murid keberatan",
    "kalau keberatan bagaimana",
    "sudah tidak nyala lagi lampu hiasnya, terima kasih",
)

DENIAL = (
    "Masih rusak pak, tidak ada yang datang memperbaiki",
    "belum ada perubahan",
    "belum pak",
    "belum diperbaiki",
    "masih sama saja",
    "belum ada petugas yang datang",
    "lampunya masih mati",
    "masih gelap pak",
    "belum ada tindakan sampai sekarang",
    "tdk ada perbaikan sama sekali",
    "masih berlubang, belum ditambal",
    "blm ada yg dtg",
    "masih belum",
    "belum selesai pak",
    "tetap rusak",
    "saya keberatan pak",
    "keberatan, lampunya tidak pernah diperbaiki",
    "blm cukup",
    "tidak cukup",
    "kada nyala jua pang pak, masih kadap",
)


@pytest.mark.parametrize("text", NO_YES)
def test_what_does_not_plainly_confirm_closes_nothing(text: str) -> None:
    assert meaning(text) != "solved"


@pytest.mark.parametrize("text", YES)
def test_a_plain_yes_is_understood(text: str) -> None:
    assert meaning(text) == "solved"


@pytest.mark.parametrize("text", NO_DENIAL)
def test_what_does_not_plainly_deny_reopens_nothing(text: str) -> None:
    assert meaning(text) != "unsolved"


@pytest.mark.parametrize("text", DENIAL)
def test_a_plain_no_is_understood(text: str) -> None:
    assert meaning(text) == "unsolved"
