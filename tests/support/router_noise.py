"""Noise as real writers make it, laid over labelled complaints: slang, slips, capitals, forwarded chats, long letters.

`python -m tests.support.router_noise` prints what each kind of noise does to the decisions.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Final

from tests.support.router_measure import Labelled, measure, read_labelled

Noise = Callable[[str, random.Random], str]

_SLANG: Final = {
    "yang": "yg",
    "tidak": "gak",
    "sudah": "sdh",
    "belum": "blm",
    "jalan": "jln",
    "sekolah": "sklh",
    "dengan": "dgn",
    "untuk": "utk",
    "saya": "sy",
    "kami": "kmi",
    "sangat": "bgt",
    "tolong": "tlg",
    "mohon": "mhn",
    "karena": "krn",
    "bapak": "bpk",
    "rusak": "rsk",
    "rumah": "rmh",
    "banyak": "byk",
    "kalau": "klo",
    "lampu": "lmpu",
    "dari": "dr",
    "depan": "dpn",
}
_BANJAR: Final = {
    "tidak": "kada",
    "saya": "ulun",
    "kami": "kami sabarataan",
    "sekali": "banar",
    "mau": "handak",
    "ada": "ada pang",
    "sudah": "sudah am",
    "tolong": "tolongi pang",
    "air": "banyu",
    "bagaimana": "kayapa",
    "rumah": "rumah ulun",
}
_KUTAI: Final = {
    "tidak": "endik",
    "saya": "aku etam",
    "kami": "etam",
    "sekali": "beneh",
    "sudah": "udah lah",
    "kenapa": "ngapa",
    "di sini": "di sia",
}
_BEFORE: Final = (
    "Assalamualaikum warahmatullahi wabarakatuh. Dengan hormat, semoga Bapak dan Ibu beserta keluarga selalu sehat dan "
    "dilindungi Tuhan Yang Maha Esa. Sebelumnya saya mohon maaf apabila tulisan ini kurang berkenan. Saya hanyalah warga "
    "biasa yang sudah lama ingin menyampaikan hal ini tetapi tidak tahu harus ke mana. "
)
_AFTER: Final = (
    " Demikian yang dapat saya sampaikan. Besar harapan saya agar hal ini mendapat perhatian dan segera ditindaklanjuti, "
    "karena kami sudah menunggu cukup lama dan belum ada jawaban dari siapa pun. Atas perhatian dan kerja sama Bapak dan "
    "Ibu saya ucapkan banyak terima kasih. Wassalamualaikum warahmatullahi wabarakatuh."
)


def _spoken(words: dict[str, str]) -> Noise:
    pattern = re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE)

    def noise(text: str, _: random.Random) -> str:
        return pattern.sub(lambda found: words[found.group().lower()], text)

    return noise


def _capitals(text: str, _: random.Random) -> str:
    return text.upper()


def _lower(text: str, _: random.Random) -> str:
    return re.sub(r"[.,;:!?]", "", text.lower())


def _joined(text: str, draw: random.Random) -> str:
    """Return the text with one blank in eight missing."""
    return re.sub(r" ", lambda _: "" if draw.random() < 0.125 else " ", text)


def _slips(text: str, draw: random.Random) -> str:
    """Return the text with a letter left out in one long word of six."""

    def slip(found: re.Match[str]) -> str:
        word = found.group()
        at = draw.randrange(1, len(word) - 1)
        return word[:at] + word[at + 1 :] if draw.random() < 1 / 6 else word

    return re.sub(r"[A-Za-z]{6,}", slip, text)


def _letter(text: str, _: random.Random) -> str:
    return _BEFORE + text + _AFTER


def _forwarded(text: str, _: random.Random) -> str:
    return f"[12/3 19.02] Warga Contoh: Diteruskan\n[12/3 19.02] Warga Contoh: {text}\n[12/3 19.05] Bu Contoh: iya betul min"


NOISES: Final[dict[str, Noise]] = {
    "slang": _spoken(_SLANG),
    "banjar": _spoken(_BANJAR),
    "kutai": _spoken(_KUTAI),
    "capitals": _capitals,
    "lower, no marks": _lower,
    "missing blanks": _joined,
    "slips": _slips,
    "letter": _letter,
    "forwarded": _forwarded,
}


def noisy(rows: list[Labelled], noise: Noise, seed: int = 14) -> list[Labelled]:
    """Return labelled complaints with noise laid over their texts."""
    draw = random.Random(seed)
    return [row._replace(text=noise(row.text, draw)) for row in rows]


def two_matters(rows: list[Labelled], seed: int = 14) -> list[Labelled]:
    """Return each complaint with another one behind it, in the words of writers who mean both. A person must decide.

    Pairs that the same body works on are left out, because one decision is right for both.
    """
    draw = random.Random(seed)
    others = draw.sample(rows, len(rows))
    return [
        row._replace(label="?", function="", text=f"{row.text.rstrip('. ')}. Selain itu, {other.text}")
        for row, other in zip(rows, others, strict=True)
        if "?" not in (row.label, other.label) and row.label != other.label and row.function != other.function
    ]


def main() -> None:
    rows = [row for name in ("router_blind_a.tsv", "router_blind_b.tsv") for row in read_labelled(name)]
    for name, noise in {"none": lambda text, _: text, **NOISES}.items():
        found: Counter[str] = sum(measure(noisy(rows, noise)).values(), Counter())
        print(f"{name:16} right {found['right']:4} wrong {found['wrong']:4} triage {found['triage']:4}", end="")
        print(
            f"   function {found['function'] / found['of']:.2f}, in first three {found['function_3'] / found['of']:.2f}"
        )


if __name__ == "__main__":
    main()
