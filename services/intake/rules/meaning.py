"""The meaning of a text as the answer to "is it solved?": a plain yes, a plain no, or unclear.

A person reads unclear texts.
A yes is one short phrase of a small grammar ("lampunya sudah nyala lagi"), between courtesies. Anything else beside the
phrase makes the text unclear: a wish, a time that has passed, another agent, or a sign that is not friendly.
A no contains a phrase of denial, and nothing that suggests a yes, a question, a condition, a contrast or another matter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal

Meaning = Literal["solved", "unsolved", "unclear"]


def word_set(words: str) -> frozenset[str]:
    """Return the words of a table, given as one text."""
    return frozenset(words.split())


# In words. A longer message tells a story, which a person reads.
_LONGEST: Final = 40

_SPELLINGS: Final = {
    "sudah": "sdh udh udah sda sdah suda uda sudh",
    "belum": "blm blom blum belom blon belon balum durung",
    "masih": "msh msih masi",
    "tidak": "tdk gak ga gk ngga nggak ngak enggak engga kagak kaga tak nda ndak ndk kada kd nggk tida endik ndik",
    "tidak ada": "gaada gada tdkada nade gakada gkada nggaada",
    # Two words that are written together.
    "tidak jadi": "gajadi gakjadi gkjadi gkjd gjadi gjd gajd nggajadi ngajadi nggakjadi tdkjadi tidakjadi ndakjadi",
    "tidak usah": "gausah gakusah gkusah gusah nggausah ngausah nggakusah tdkusah tidakusah ndausah",
    "tidak tahu": "gatau gaktau gktau gktw gtau gtw gatw gatahu gaktahu nggatau ngatau tdktau tidaktau tdktahu tidaktahu",
    "jadi": "jd jdi",
    "berapa": "brp brpa brapa",
    "bohong": "boong boongan",
    "dikerjakan": "dikerjain dkerjakan",
    "hilang": "ilang",
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
    "laporan saya": "laporanku lapranku",
    "aduan saya": "aduanku",
    "status": "setatus stats stts setats",
    "ya": "y",
    "iya": "iyah iyaa iye aok",
    "betul": "btul",
    "benar": "bnr bnar",
    "kirim": "kirm krim krm",
    "juga": "jua jg jga",
    "gelap": "kadap",
    "air": "banyu",
    "jangan": "jgn jngn",
    "gimana": "gmn gmna gmana gimn",
    "bagaimana": "bgmn bgmana",
    "kenapa": "knp knpa",
    "di mana": "dmn dmana dimana",
    "kemarin": "kmrn kmaren kemaren kmren",
    "sampai": "sampe smpe smpai",
    "kapan": "kpn kapn",
    "bisa": "bs bsa",
    "saja": "aja aj ae",
    "nomor": "nomer nmr",
    "silakan": "silahkan silaken",
    # Particles of Banjar speech, which say nothing by themselves.
    "": "pang gin",
}
_SPELT: Final = {written: meant for meant, many in _SPELLINGS.items() for written in many.split()}

# Words that may stand before and after a plain yes without changing its meaning.
_COURTESIES: Final = word_set(
    """
    pak bu mas mbak kak bang min admin om tante bos makasih banyak sekali banget alhamdulillah puji tuhan syukur mantap
    mantul keren top hebat amin aamiin atas bantuannya bantuan perhatiannya responnya kerjanya pelayanannya luar biasa
    wr wb assalamualaikum waalaikumsalam ya
    """
)
# A wish for the people at the office. A wish for the result ("semoga cepat beres") is no such blessing.
_BLESSING: Final = re.compile(
    r"\b(?:semoga|moga) (?:(?:pak|bu|petugas|petugasnya|dinas|semua|semuanya|selalu|sekeluarga|dan|diberi|tetap|makin) )*"
    r"(?:sehat|sukses|berkah|jaya|lancar rezekinya)(?: (?:selalu|semua|sekeluarga|dan|sukses|sehat|berkah|jaya))*\b"
    r"|\b(?:salam sehat|sehat selalu|sukses selalu)\b"
)
# Words that mean "I have read it" as often as "yes". They are a yes only before a result.
_ACKNOWLEDGED: Final = "oke|ok|okay|siap|baik|iya|sip|siip|ya|yaa"
_ENDED: Final = word_set("selesai beres tuntas kelar rampung")
RESULTS: Final = _ENDED | word_set(
    """
    nyala hidup terang benderang diperbaiki dikerjakan ditangani diselesaikan dibersihkan bersih diangkut ditambal
    diaspal mulus normal lancar mengalir ngalir diganti dipasang terpasang teratasi diatasi dibereskan dirapikan rapi
    berfungsi surut aman membaik
    """
)
_THINGS: Final = (
    "lampu|jalan|air|listrik|sampah|jembatan|masalah|aduan|laporan|guru|obat|drainase|saluran|parit|got|pipa|halte|rambu|"
    "trotoar|sekolah|lubang"
)
_RESULT: Final = "|".join(sorted(RESULTS))
_REPAIRED: Final = "|".join(sorted(word for word in RESULTS if word.startswith("di")))
# "Lampunya sudah nyala lagi sekarang", "jalannya sudah diperbaiki oleh petugas", "alhamdulillah beres semua".
_YES: Final = re.compile(
    rf"(?:(?:{_ACKNOWLEDGED}) )*(?:semua )?(?:lampu )?(?:(?:{_THINGS})(?:nya)? (?:ini |itu |kami |saya )?)?"
    rf"(?:akhirnya )?(?:(?:sudah|telah) (?:semua )?|akhirnya )(?:{_RESULT})(?: (?:dan )?(?:{_RESULT}))?"
    r"(?: (?:lagi|kembali|semua|semuanya|sekarang|barusan|juga|nya|hari ini|tadi pagi|tadi siang|tadi sore|dengan baik"
    r"|dengan cepat"
    r"|(?:oleh )?(?:petugas|petugasnya|dinas|tim)"
    rf"|(?:{_THINGS})nya))*"
    # "Sudah cukup", "jawabannya cukup jelas bagi saya": the answer is enough, whether or not it is a repair.
    rf"|(?:(?:{_ACKNOWLEDGED}) )*(?:(?:jawaban|penjelasan)(?:nya)? )?(?:itu |ini )?(?:sudah )?"
    r"(?:cukup(?: jelas)?|(?<=sudah )jelas)(?: (?:bagi|buat|untuk) (?:saya|kami))?(?: (?:jawaban|penjelasan)nya)?"
    rf"|(?:(?:{_THINGS})(?:nya)? )?(?:sudah|telah) (?:{_REPAIRED}) kemarin(?: (?:pagi|siang|sore))?"
    r"(?: oleh (?:petugas|dinas|tim))?"
    rf"|(?:(?:{_THINGS})nya )?(?:{'|'.join(sorted(_ENDED))})(?: (?:semua|semuanya))?"
)
# The friendly signs. Any other sign beside a yes makes the text unclear.
FRIENDLY: Final = frozenset("👍🙏😊🙂😀😃😄😁😍🥰🤗💪👏👌✅🎉🤝😇🌟⭐✨🌹🙌☺❤💚💙💛💯🌸🎊")
_FROWN: Final = re.compile(r"[:;=]['´]?-?[(/\\|\[]|\bt_t\b|[)]-?:", re.IGNORECASE)

_PROBLEMS: Final = (
    "rusak|mati|padam|bocor|banjir|gelap|macet|kotor|bau|berlubang|bolong|longsor|tergenang|menumpuk|numpuk|sama|begitu|gitu|"
    "begini|seperti|kosong|keruh|putus|hancur|parah|mampet|tersumbat|terbengkalai|bermasalah|berserakan|jebol|ambles"
)
_WANTED: Final = (
    "|".join(sorted(RESULTS))
    + "|berubah|ditindak|ditindaklanjuti|direspon|ditanggapi|dicek|disurvei|digubris|datang|bagus"
)
_EFFECTS: Final = (
    "perubahan|perbaikan|perbaikannya|tindakan|tindak lanjut|tindaklanjut|petugas|hasil|hasilnya|realisasi|realisasinya|progres|"
    "kemajuan|solusi|penanganan|pengerjaan|penyelesaian|respon|tanggapan|apa apa|sama sekali|satupun|seorangpun|"
    "(?:satu |seorang |satu orang )?(?:pun )?(?:petugas |orang )?(?:yang )?(?:datang|turun|memperbaiki|memperbaikinya|menangani|"
    "mengerjakan|mengangkut|mengurus|peduli|merespon|mengecek|tangani|kerjakan|perbaiki|bertindak|menindaklanjuti|urus|angkut)"
)
# Words that speak of damage, results and effects: what an answer to "is it solved?" is made of.
ANSWERED: Final = (
    RESULTS
    | frozenset(re.findall(r"[a-z]+", f"{_PROBLEMS} {_WANTED} {_EFFECTS}"))
    | word_set("keberatan cukup jelas jawaban penjelasan pernah")
)
_POLITE_END: Final = (
    r"(?: (?:pak|bu|mas|mbak|kak|bang|min|admin|juga|nih|sih|dong|kok|ya|sampai|sekarang|hari|ini|tolong|segera))*$"
)
_DENIALS: Final = re.compile(
    rf"\bbelum (?:juga |pernah |ada |kunjung |sama sekali |benar benar )*(?:{_WANTED})(?: (?:{_WANTED}))?\b(?! lagi)"
    rf"|\bbelum (?:juga |sama sekali )*ada (?:{_EFFECTS})\b"
    rf"|\btidak (?:pernah |kunjung )?(?:ada|nampak|kelihatan|terlihat) (?!apa apa\b|sama sekali\b)(?:{_EFFECTS})\b"
    r"|\btidak (?:pernah )?(?:selesai|beres|diperbaiki|dikerjakan|ditangani|ditanggapi|datang|berubah)\b(?! lagi)"
    r"|(?<!sudah )\btidak (?:pernah )?(?:nyala|hidup|cukup)\b(?! lagi)|\bbelum cukup\b"
    # At the beginning only: in a story, parents "keberatan" to pay.
    r"|^(?:(?:saya|kami|maaf|pak|bu|min|tetap|masih|sangat|mengajukan|menyatakan) )*keberatan\b"
    rf"|\bmasih (?:saja |aja |juga |tetap |pada |sangat |selalu )*(?:{_PROBLEMS})\b"
    rf"|\btetap (?:saja |aja |juga )*(?:rusak|mati|padam|bocor|banjir|gelap|macet|kotor|bau|berlubang|sama)\b"
    rf"|\b(?:masih belum|belum juga){_POLITE_END}"
)
_SHORT_DENIAL: Final = word_set(
    """
    belum pak bu mas mbak kak bang min admin sama sekali juga ada masih maaf sih nih dong kok selesai makasih tolong segera
    mohon secepatnya diperbaiki dicek ditindaklanjuti lagi kembali
    """
)
# Words that speak of a good result. Outside the denial itself they make a no unclear.
_GOOD: Final = RESULTS | word_set("bagus baik puas mantap hebat keren top mulus cepat secepat senang memuaskan")
# "Still as it was yesterday" and "since yesterday" speak of today.
_SINCE: Final = re.compile(r"\b(?:seperti|dari|sejak|sampai) (?:kemarin|dulu|sebelumnya)\b")
_DOUBT: Final = word_set(
    """
    kalau kalo klo jika bila bilamana andai seandainya semoga moga mudah nanti sepertinya kayaknya kayanya mungkin
    katanya kata apakah kapan kenapa mengapa gimana bagaimana bukan tunggu tahu tau yakin sebagian separuh setengah
    sebelumnya dulu dulunya tapi tetapi namun ternyata rupanya kira kirain bilang bilangnya entah takut takutnya khawatir
    siapa jangan paham mengerti lihat liat melihat cek mengecek ngecek lokasi kemarin mengecewakan tetangga istri suami
    anak hp ponsel kantor
    """
)
_ELSEWHERE: Final = word_set(
    "lapor melapor laporkan melaporkan dilaporkan ngadu mengadu adukan pertama baru sebelah lain lainnya beda berbeda"
)
_THUMB: Final = "👍"
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_TWICE = re.compile(r"\b([^\W\d_]{3,})2\b")
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words of a text in their usual spelling. The rules ask for those of one message several times."""
    return list(_spelt_words(text))


@lru_cache(maxsize=32)
def _spelt_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in their usual spelling.

    Letters become lower case, and full-width letters become plain ones.
    A letter that is repeated three times or more stays once. A word of three letters or more with a final 2 is doubled.
    Slang and abbreviations are spelt out.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = _TWICE.sub(r"\1 \1", _REPEATED.sub(r"\1", plain))
    spelt = " ".join(_SPELT.get(word, word) for word in _WORD.findall(plain))
    spelt = spelt.replace("terima kasih", "makasih").replace("tindak lanjut", "tindaklanjut")
    spelt = spelt.replace("makasih lah", "makasih")
    return tuple(spelt.split())


def signs_of(text: str) -> str:
    """Return the emoji of a text, without skin tones, joiners and variation selectors."""
    return "".join(sign for sign in text if unicodedata.category(sign) == "So")


def meaning(text: str) -> Meaning:
    """Return the meaning of a message as the answer to the question whether the problem is solved."""
    words, signs = words_of(text), signs_of(text)
    if "?" in text or "\uff1f" in text or len(words) > _LONGEST:
        return "unclear"
    if _says_solved(words, signs) and not _FROWN.search(text):
        return "solved"
    return "unsolved" if _says_unsolved(words, signs) else "unclear"


def _says_solved(words: list[str], signs: str) -> bool:
    """Return whether the message is a plain yes: a phrase of the grammar, a bare "sudah", or a thumb."""
    if not set(signs) <= FRIENDLY:
        return False
    there = _BLESSING.sub(" ", " ".join(words)).split()
    # "Ya sudah" resigns rather than agrees, so "ya" is no courtesy beside a bare "sudah".
    if set(there) <= (_COURTESIES - {"ya"}) | {"sudah"} and there.count("sudah") == 1:
        return True
    if set(there) <= _COURTESIES:
        return _THUMB in signs
    core = _without_courtesies(there)
    return bool(core) and _YES.fullmatch(" ".join(core)) is not None


def _without_courtesies(words: list[str]) -> list[str]:
    """Return the words between the courtesies at the beginning and at the end, and without those that address somebody."""
    addressed = [word for word in words if word not in {"pak", "bu", "mas", "mbak", "kak", "bang", "min", "admin"}]
    begin, end = 0, len(addressed)
    while begin < end and addressed[begin] in _COURTESIES - {"ya"}:
        begin += 1
    while end > begin and addressed[end - 1] in _COURTESIES | {"dinas", "petugas", "tim", "pemerintah"}:
        end -= 1
    return addressed[begin:end]


def _says_unsolved(words: list[str], signs: str) -> bool:
    """Return whether the message denies, and nothing in the message suggests a yes, a condition or another matter."""
    said = _SINCE.sub(" ", " ".join(words))
    there = set(said.split())
    if there & (_DOUBT | _ELSEWHERE) or _THUMB in signs:
        return False
    if "belum" in there and there <= _SHORT_DENIAL:
        return True
    rest = _DENIALS.sub(" ", said)
    return rest != said and not set(rest.split()) & _GOOD
