"""The patterns of what stands beside the matter: who writes, whom he has told, why it is so, and where it once was."""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Pattern(NamedTuple):
    """``hints``: parts of words of which one must be in the text, a quick look before the pattern itself.

    ``instead``: what takes the place of what was found.
    """

    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    instead: str


def _compile(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that is written with blanks and line breaks for the reader; ``\\s`` stands for a real blank."""
    return re.compile(pattern, re.IGNORECASE | re.VERBOSE | re.DOTALL)


# A gap ends the phrases on both sides.
GAP: Final = " , "
# Marks before a place: the writer's home, and the way from one place to another.
HOME_MARK: Final = "zhomez"
WAY_MARK: Final = "zwayz"

# The end of a part of a sentence: what follows is said of something else.
_PART_ENDS: Final = r"""
    (?=[.,;:!?()\n] | \s(?:tapi|tp|tetapi|namun|padahal|dan|lalu|kemudian|belum|blm|tidak|tdk|gak|ga|sampai|mohon|tolong
    |katanya)\b | $)
"""
_REST_OF_PART: Final = rf"[^.,;:!?()\n]*? {_PART_ENDS}"
_DAY: Final = r"""
    (?:\d[\d./:]* | senin|selasa|rabu|kamis|jumat|sabtu|minggu | januari|februari|maret|april|mei|juni|juli|agustus
    |september|oktober|november|desember | pagi|siang|sore|malam|subuh|wita|wib|tgl|tanggal|jam|pukul|hari)
"""
# Offices that are told of a matter. The police is not among them: who went there, writes about a crime.
_OFFICE: Final = r"""
    (?:pak\s|bu\s|bapak\s|ibu\s)?
    (?:rt|rw|ketua\srt|ketua\srw|lurah|kelurahan|camat|kecamatan|kades|kepala\sdesa|kantor\sdesa|desa|perangkat\sdesa
    |sekdes|dinas|pln|pdam|babinsa|bhabinkamtibmas|satpam|pengurus|pihak\s\w+|pemerintah|dishub|pupr|dlh|satpol|satpol\spp
    |command\scenter|call\scenter|112|dewan|bupati|wali\s?kota|sekolah)
"""

# "s.d." and "s/d" always mean "until". "sd" does so between two days, hours or numbers.
UNTIL_HINT: Final = re.compile(r"\bs\s?[./]?\s?d\b")
UNTIL: Final = _compile(r"\b s\s?[./]\s?d \b\.? (?!\s*(?:negeri|swasta))")
UNTIL_BETWEEN: Final = _compile(
    rf"\b({_DAY}) \s+sd\.?\s+ (?={_DAY}\b | rt\b | rw\b | sekarang | saat\sini | selesai | akhir | besok)"
)

# The writer's own identity: numbers and papers that prove who he is.
_IDENTITY: Final = _compile(
    r"""
    \b(?:nik|(?:no(?:mor)?\.?\s*)?(?:ktp|kk|nik|hp|wa|telp|rekening|bpjs)(?:\s+saya)?)
        \s*(?:an\.?|a/n|adalah|nya)?\s*[:.=]?\s* [\d*x]{6,}[\d*x\s.-]*
    | \b(?:foto(?:kopi|copy)?|scan|salinan|sesuai|alamat|identitas|ber)[\s-]*(?:ktp|kk|e-?ktp)\b
        (?:\s+(?:saya|dan\skk|dan\sktp|terlampir))*
    | \b(?:ktp|kk|ktp\sdan\skk)\s+(?:saya\s+|kami\s+)?
        (?:terlampir|sudah\ssaya\slampirkan|saya\slampirkan|alamat|domisili|asli\ssini)\b
    | \(\s*(?:nik|ktp|kk)[^)]*\)
    | \bnik\s*[:=]?\s*(?=\d|x{3}|\*)
    """
)

# Whom the writer has told, and who joined in: "sudah lapor ke pak RT", "kelurahan sudah tahu", "kami kerja bakti".
_TOLD: Final = _compile(
    rf"""
    \b(?:sudah|sdh|udah|udh|pernah|telah|sempat|berkali|bolak|tadi|kemarin)\s+ (?:\w+\s+){{0,2}}?
    (?:lapor\w*|melapor\w*|dilapor\w*|bilang|sampaikan|disampaikan|mengadu|ngadu|tanya|tanyakan|hubungi|menghubungi
    |telpon|telepon|nelpon|memberitahu|diusulkan|usul\w*|mengusulkan|koordinasi)\s+
    (?:\w+\s+){{0,3}}? (?:(?:ke|kepada|sama|dengan|pada|oleh|lewat|melalui|via|di)\s+)? {_OFFICE}\b {_REST_OF_PART}
    """
)
_KNOWN_THERE: Final = _compile(
    rf"""
    \b{_OFFICE}\s+ (?:setempat\s+|kami\s+|juga\s+)? (?:sudah|sdh|udah)\s+
    (?:tahu|tau|diberi\s?tahu|dikabari|mengetahui|dilapori|bantu|membantu|mengecek|foto) {_REST_OF_PART}
    """
)
_BY_WORD_OF: Final = _compile(
    r"""
    \b(?:kata|menurut|tanya|nunggu|menunggu)\s+ (?:pak|bu|bapak|ibu)?\s?
        (?:rt|rw|ketua\srt|lurah|camat|kades|kepala\sdesa)\b
    | \bsaya\s+(?:selaku\s+|sebagai\s+)?(?:ketua|pengurus|sekretaris)\s+(?:rt|rw)\b(?:\s*\d+)?
    | \b(?:dengan|bersama|dan|bareng)\s+(?:(?:pak|bu|bapak|ibu)\s+)?(?:ketua\s+)?(?:rt|rw|lurah)\b(?!\s*\d)
    """
)
_VOLUNTEERS: Final = _compile(
    r"\b(?:(?:sudah|sdh|sering|rutin|habis|selesai|hasil|sisa)\s+)?(?:kerja\s?bakti|gotong\s?royong)\b"
)

# Why a matter is as it is: "sejak kena PHK", "PDAM mati karena PLN padam", "pohon mengenai kabel listrik".
_CAUSE: Final = _compile(
    rf"""
    \b(?:karena|karna|krn|akibat|gara[-\s]?gara|gara2|lantaran|dampak)\s+ (?:\w+\s+)?
        (?:pln|listrik|phk|di-?phk|pdam|covid|pandemi|corona)\b {_REST_OF_PART}
    | \b(?:sejak|setelah|habis|usai|pasca|korban|terdampak)\s+ (?:\w+\s+){{0,2}}? (?:kena\s+)?(?:di-?)?phk\b
    | \b(?:kena|terkena|di)[-\s]?phk\b (?=.{{0,120}}\b(?:bantuan|bansos|keringanan|ukt|sembako)\b)
    """
)
# What befell the writer is why he asks for help, not what he complains of: "suami meninggal karena kecelakaan kerja".
_PLIGHT: Final = _compile(
    r"""
    \b(?:meninggal|wafat|cacat|lumpuh|menganggur|janda|yatim|jatuh\smiskin)\w*\s+ (?:dunia\s+|cerai\s+)?
    (?:karena|karna|krn|akibat|gara[-\s]?gara|gara2|sejak|setelah|saat|waktu)\s+ [^.,;!?\n]{3,60}
    (?=.{0,240}\b(?:bantuan|bansos|pkh|bpnt|blt|dtks|sembako|santunan|tidak\smampu|diusulkan|beasiswa|keringanan)\b)
    """
)
_TREE_AT_CABLE: Final = _compile(
    r"""
    (\b(?:pohon|ranting|dahan)\w*\b.{0,80}?)
    \b(?:me?ngenai|kena|menyentuh|nyentuh|menempel|nempel|menimpa|mengganggu|dekat|ke|di)\s+ (?:\w+\s+)?
    (?:kabel|tiang|jaringan)(?:\s+(?:listrik|pln|telepon|telkom|wifi))*
    """
)
_FORMER: Final = _compile(
    r"""
    \b(?:bekas|eks|ex)\s+
    (?!tambang|galian|kebakaran|terbakar|minyak|oli|lubang|kolam|banjir|longsor|batu|void|milik|di|suami|istri|karyawan
    |proyek)
    (?:(?:kantor|gedung|toko|rumah|lahan|bangunan|pabrik)\s+)?\w+
    """
)
# What a polite letter begins and ends with: "semoga Bapak sekeluarga sehat selalu", "atas perhatian dan kerja sama Bapak".
_POLITE: Final = _compile(
    r"""
    \b(?:semoga|smoga|mudah-?mudahan)\s+ [^.;!?\n]{0,80}? \b(?:sehat|kesehatan|lindungan|dilindungi)\b [^.;!?\n]*
    | \batas\s+(?:segala\s+)?(?:perhatian|kerja\s?sama|bantuan|kebijaksanaan|respon)(?:nya|\b) [^.;!?\n]*
    | \bbesar\s+harapan\s+(?:saya|kami)\b [^.;!?\n]*
    | \bdemikian\s+(?:yang|laporan|pengaduan|surat|aduan|keluhan|hal|disampaikan)\b [^.;!?\n]*
    | \b(?:mohon\s+)?maaf\s+(?:apabila|bila|jika|kalau|kalo)\b [^.;!?\n]*
    | \btembusan\b [^.;!?\n]*
    | \b(?:mohon|minta|tolong|harap|berharap|kiranya|memohon)\s+ (?:kepada\s+|agar\s+|bantuan\s+)?
        (?:yang\sterhormat\s+)? (?:pak|bapak|ibu|bu|yth\.?)\s+ (?:gubernur|presiden|menteri)\b
    | \bwarga\s+biasa\b [^.;!?\n]{0,60}? \b(?:menyampaikan|mengadu|melapor)\b [^.;!?\n]*
    """
)
REMOVED: Final = (
    Pattern(
        (
            "moga",
            "mudahan",
            "atas ",
            "harapan",
            "demikian",
            "maaf ",
            "warga biasa",
            "tembusan",
            "gubernur",
            "presiden",
            "menteri",
        ),
        _POLITE,
        GAP,
    ),
    Pattern(("nik", "ktp", "kk", "rekening", "no "), _IDENTITY, GAP),
    Pattern(("lapor", "bilang", "ampaikan", "ngadu", "tanya", "hubungi", "tel", "tahu", "usul", "koord"), _TOLD, GAP),
    Pattern(
        ("h tahu", "h tau", "h diberi", "h dikabar", "h mengeta", "h bantu", "h memban", "h mengecek", "h foto"),
        _KNOWN_THERE,
        GAP,
    ),
    Pattern(("rt", "rw", "lurah", "camat", "kades", "kepala desa"), _BY_WORD_OF, GAP),
    Pattern(("bakti", "royong"), _VOLUNTEERS, " "),
    Pattern(("phk", "pln", "listrik", "pdam", "covid", "pandemi", "corona"), _CAUSE, GAP),
    Pattern(("meninggal", "wafat", "cacat", "lumpuh", "anggur", "janda", "yatim", "miskin"), _PLIGHT, GAP),
    Pattern(("pohon", "ranting", "dahan"), _TREE_AT_CABLE, r"\1"),
    Pattern(("bekas ", "eks ", "ex "), _FORMER, " "),
)

# Where the writer lives or comes from, and whither a road leads. The last group is the word that follows.
_HOME: Final = _compile(
    r"""
    \b(?:(?:saya|sy|kami|ulun|aku|keluarga|orang\stua|anak)\s+)?
        (?:asal|berasal|pindahan|perantau|pendatang|tinggal(?:nya)?|bertempat\stinggal|berdomisili|domisili|ber-?ktp|ktp|kerja
        |bekerja|kelahiran)
        (?:\s+(?:saya|kami|asli))?\s+ (?:dari\s+|di\s+|ke\s+)? (?=(\w+))
    | \b(?:saya|sy|kami|ulun|aku|perkenalkan)\s+(?:ini\s+)?(?:orang|warga|penduduk|dari)\s+
        (?:asli\s+|dari\s+|di\s+)? (?=(\w+))
    | \b(?:warga|masyarakat|penduduk)\s+ (?:asli\s+|asal\s+)? (?=(\w+))
    """
)
_WAY: Final = _compile(
    r"""
    \b(?:(?:dari|ke)\s+)?arah(?:\s+(?:ke|dari|menuju))?\s+ (?=(\w+))
    | \bdari\s+ (?=(\w+)\s+(?:\w+\s+){0,2}?(?:ke|arah|menuju|tujuan)\b)
    | \b(?:menuju|jurusan|tujuan|perbatasan|berbatasan|batas)(?:\s+(?:ke|dengan|antara))?\s+ (?=(\w+))
    """
)
MARKED: Final = (
    Pattern(
        (
            *("asal", "pindah", "rantau", "pendatang", "tinggal", "domisili", "ktp", "kerja", "lahir", "orang"),
            *("warga", "masyarakat", "penduduk", "dari"),
        ),
        _HOME,
        HOME_MARK,
    ),
    Pattern(("arah", "menuju", "jurusan", "tujuan", "batas", "dari"), _WAY, WAY_MARK),
)
