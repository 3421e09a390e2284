"""The meaning of a text as the answer to "is it solved?": a plain yes, a plain no, or unclear.

A person reads unclear texts.
A yes consists of known words alone: one word that is missing from the tables makes the text unclear.
A no contains a phrase of denial, and nothing that suggests a yes, a question, a condition or another matter.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

Meaning = Literal["solved", "unsolved", "unclear"]


def listed(words: str) -> frozenset[str]:
    """Return the words of a table, given as one text."""
    return frozenset(words.split())


# In words. A longer message tells a story, which a person reads.
_LONGEST: Final = 40

_SPELLINGS: Final = {
    "sudah": "sdh udh udah sda sdah suda uda sudh dah wis",
    "belum": "blm blom blum belom blon belon balum durung",
    "masih": "msh msih masi",
    "tidak": "tdk gak ga gk ngga nggak ngak enggak engga kagak kaga tak nda ndak ndk kada nggk tida",
    "tidak ada": "gaada gada tdkada",
    "makasih": "terimakasih trimakasih trmksh trims makasi mksh mksih thanks thx tks tq tengkyu thank suwun nuhun mks",
    "yang": "yg",
    "datang": "dtg dateng datg",
    "apa apa": "apa2 apapun",
    "tolong": "tlg tlong",
    "dengan": "dgn dg",
    "saya": "sy aku",
    "lagi": "lg lgi",
    "sama sekali": "samsek",
    "diperbaiki": "dperbaiki diprbaiki dibenerin dibetulin dibetulkan dibenarkan",
    "nyala": "menyala nyalah",
    "sekarang": "skrg skrng sekrang",
    "selesai": "slesai selesei slsai",
    "pak": "bapak bpk pa",
    "bu": "ibu",
    "banget": "bgt bangat",
}
_SPELT: Final = {written: meant for meant, many in _SPELLINGS.items() for written in many.split()}

# Words that may stand beside a plain yes without changing its meaning.
_COURTESIES: Final = listed(
    """
    pak bu mas mbak kak bang min admin om tante bos ya yaa makasih atas banyak sekali banget alhamdulillah puji tuhan
    syukur mantap mantul keren top bagus hebat salam sehat selalu sukses amin aamiin bantuannya bantuan perhatiannya
    responnya kerjanya pelayanannya jaya luar biasa semuanya wr wb assalamualaikum waalaikumsalam semoga berkah
    """
)
# Words that mean "I have read it" as often as "yes".
_ACKNOWLEDGED: Final = listed("oke ok okay siap baik iya sip siip")
# Things, times and agents that may stand beside a result.
_AROUND: Final = listed(
    """
    lampu lampunya jalan jalannya air airnya listrik listriknya sampah sampahnya jembatan jembatannya masalah masalahnya
    aduan aduannya laporan laporannya guru gurunya obat obatnya drainase saluran parit got paritnya gotnya pipa pipanya
    halte haltenya rambu rambunya trotoar trotoarnya sekolah sekolahnya lubang lubangnya sekarang hari ini tadi pagi
    siang sore malam kemarin oleh petugas dinas pemerintah tim saya kami semua juga dengan cepat cepatnya akhirnya dan
    nya
    """
)
_ENDED: Final = listed("selesai beres tuntas kelar rampung")
_RESULTS: Final = _ENDED | listed(
    """
    nyala hidup terang benderang diperbaiki dikerjakan ditangani diselesaikan dibersihkan bersih diangkut ditambal
    diaspal mulus normal lancar mengalir ngalir diganti dipasang terpasang teratasi diatasi dibereskan dirapikan rapi
    berfungsi surut aman membaik
    """
)
# Results after which "lagi" means "again": "nyala lagi".
_BACK: Final = listed("nyala hidup terang normal lancar mengalir ngalir berfungsi bersih mulus")

_PROBLEMS: Final = (
    "rusak|mati|padam|bocor|banjir|gelap|macet|kotor|bau|berlubang|bolong|longsor|tergenang|menumpuk|numpuk|sama|begitu|gitu|"
    "begini|seperti|kosong|keruh|putus|hancur|parah|mampet|tersumbat|terbengkalai|bermasalah|berserakan|jebol|ambles"
)
_WANTED: Final = (
    "|".join(sorted(_RESULTS)) + "|berubah|ditindak|ditindaklanjuti|direspon|ditanggapi|dicek|disurvei|digubris|datang|bagus"
)
_EFFECTS: Final = (
    "perubahan|perbaikan|perbaikannya|tindakan|tindak lanjut|tindaklanjut|petugas|hasil|hasilnya|realisasi|realisasinya|progres|"
    "kemajuan|solusi|penanganan|pengerjaan|penyelesaian|respon|tanggapan|apa apa|sama sekali|satupun|seorangpun|"
    "(?:satu |seorang |satu orang )?(?:pun )?(?:petugas |orang )?(?:yang )?(?:datang|turun|memperbaiki|memperbaikinya|menangani|"
    "mengerjakan|mengangkut|mengurus|peduli|merespon|mengecek|tangani|kerjakan|perbaiki|bertindak|menindaklanjuti|urus|angkut)"
)
_DENIALS: Final = re.compile(
    rf"\bbelum (?:juga |pernah |ada |kunjung |sama sekali |benar benar )*(?:{_WANTED})\b"
    rf"|\bbelum (?:juga |sama sekali )*ada (?:{_EFFECTS})\b"
    rf"|\btidak (?:pernah |kunjung )?(?:ada|nampak|kelihatan|terlihat) (?:{_EFFECTS})\b"
    r"|\btidak (?:pernah )?(?:selesai|beres|diperbaiki|dikerjakan|ditangani|ditanggapi|datang|berubah)\b"
    rf"|\b(?:masih|tetap) (?:saja |aja |juga |tetap |pada |sangat |selalu )*(?:{_PROBLEMS})\b"
    r"|\bmasih belum\b|\bbelum juga\b"
)
_SHORT_DENIAL: Final = listed(
    """
    belum pak bu mas mbak kak bang min admin sama sekali juga ada masih maaf sih nih dong kok selesai makasih tolong segera
    mohon secepatnya diperbaiki dicek ditindaklanjuti lagi kembali
    """
)
_FOR_A_YES: Final = re.compile(
    rf"\b(?:sudah|telah) (?:mulai |lumayan |agak |cukup )*(?:{'|'.join(sorted(_RESULTS))}|bagus|baik)\b"
)
_DOUBT: Final = listed(
    """
    kalau kalo klo jika bila bilamana andai seandainya semoga moga mudah nanti sepertinya kayaknya kayanya mungkin
    katanya kata apakah kapan kenapa mengapa gimana bagaimana bukan tunggu tahu tau yakin sebagian separuh setengah
    sebelumnya dulu dulunya
    """
)
_ELSEWHERE: Final = listed(
    "lapor melapor laporkan melaporkan dilaporkan ngadu mengadu adukan pertama baru sebelah lain lainnya beda berbeda"
)
_SAD: Final = frozenset("👎😡😠😤😭😢😞😔😒🙄😩😫🤬💔😏🤡😑❌🖕🤦🤷😂🤣")
_THUMB: Final = "👍"
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_TWICE = re.compile(r"\b([^\W\d_]{3,})2\b")
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in their usual spelling.

    Letters become lower case, and full-width letters become plain ones.
    A letter that is repeated three times or more stays once. A word of three letters or more with a final 2 is doubled.
    Slang and abbreviations are spelt out.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _TWICE.sub(r"\1 \1", _REPEATED.sub(r"\1", plain))
    spelt = " ".join(_SPELT.get(word, word) for word in _WORD.findall(plain))
    return spelt.replace("terima kasih", "makasih").replace("tindak lanjut", "tindaklanjut").split()


def signs_of(text: str) -> str:
    """Return the emoji of a text, without skin tones, joiners and variation selectors."""
    return "".join(sign for sign in text if unicodedata.category(sign) == "So")


def meaning(text: str) -> Meaning:
    """Return the meaning of a message as the answer to the question whether the problem is solved."""
    words, signs = words_of(text), signs_of(text)
    if "?" in text or "\uff1f" in text or len(words) > _LONGEST:
        return "unclear"
    if _solved(words, signs):
        return "solved"
    return "unsolved" if _unsolved(words, signs) else "unclear"


def _solved(words: list[str], signs: str) -> bool:
    """Return whether the message is a plain yes of known words: a reached result, a bare "sudah", or a thumb."""
    if _SAD & set(signs):
        return False
    there = {word for at, word in enumerate(words) if not (word == "lagi" and at and words[at - 1] in _BACK)}
    reached = there & {"sudah", "telah", "alhamdulillah", "akhirnya"}
    if there & _RESULTS:
        known = _RESULTS | _COURTESIES | _ACKNOWLEDGED | _AROUND | reached
        return there <= known and bool(reached or there & _ENDED)
    if "sudah" in there:
        # "Ya sudah" resigns rather than agrees, and "baik, sudah" may only mean that the person has read our message.
        return there <= _COURTESIES | _ACKNOWLEDGED | {"sudah"} and words[0] not in {"ya", "yaa", "iya", "baik"}
    return _THUMB in signs and there <= _COURTESIES


def _unsolved(words: list[str], signs: str) -> bool:
    """Return whether the message denies, and nothing in the message suggests a yes, a condition or another matter."""
    said, there = " ".join(words), set(words)
    if there & (_DOUBT | _ELSEWHERE) or _FOR_A_YES.search(said) or _THUMB in signs:
        return False
    return ("belum" in there and there <= _SHORT_DENIAL) or _DENIALS.search(said) is not None
