"""The reasons of a routing decision, in Indonesian."""

from __future__ import annotations

from services.router.routing.matters import Matter
from services.router.routing.text_scan import TextScan
from shared.reference import opds


def about(matter: Matter, words: tuple[str, ...]) -> str:
    """Return the reason that names the matter and the words that spoke most for it."""
    if not words:
        return f"Aduan ini mungkin tentang {matter.label}."
    return f"Aduan ini tentang {matter.label} (kata: {', '.join(f'“{word}”' for word in words)})."


def why_open(matter: Matter) -> str:
    """Return the reason why the authority of a matter is open."""
    return f"Belum jelas {matter.missing or 'siapa yang berwenang'}."


def weak_reasons(scan: TextScan, named: list[str]) -> tuple[str, ...]:
    """Return the weak reasons: the OPD that the text names, and the one that SP4N gave the complaint to."""
    found: list[str] = []
    for code in scan.agencies:
        if code in opds():
            found.append(f"Teks menyebut {opds()[code].name}; penyebutan saja tidak menentukan tujuan.")
            break
    for code in named:
        if code in opds():
            found.append(f"SP4N-LAPOR! mendisposisikannya ke {opds()[code].name}; itu satu pertimbangan.")
            break
    return tuple(found)


def why_undecided(scan: TextScan) -> tuple[str, ...]:
    """Return the reason why no matter was found."""
    if scan.where.found()[1]:
        return ("Lokasi yang disebut berada di luar Kalimantan Timur.",)
    if scan.abuse:
        return ("Teks berisi kata kasar tanpa pokok aduan yang jelas; seorang petugas yang memutuskan.",)
    if scan.word_count < 3:
        return ("Teksnya terlalu pendek untuk diketahui pokok aduannya.",)
    return ("Belum jelas apa yang diadukan: tidak ada kata yang menunjuk urusan tertentu.",)
