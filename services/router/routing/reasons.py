"""The reasons of a routing decision, in Indonesian."""

from __future__ import annotations

from services.router.routing.ranking import MatterRank
from services.router.routing.text_scan import TextScan
from shared.reference import opds


def about_matter(scan: TextScan, rank: MatterRank) -> str:
    """Return the reason that names the matter and the phrase that spoke for it."""
    phrase = scan.phrases.get(rank.matter.index)
    return f"Aduan ini tentang {rank.matter.label} (kata: “{phrase}”)."


def name_regency(scan: TextScan) -> str:
    """Return the name of the regency or city to which a complaint is referred."""
    return f"Pemerintah {scan.region}" if scan.region else "pemerintah kabupaten/kota setempat"


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
    if scan.outside and not scan.places:
        return ("Lokasi yang disebut berada di luar Kalimantan Timur.",)
    if scan.abuse:
        return ("Teks berisi kata kasar tanpa pokok aduan yang jelas; seorang petugas yang memutuskan.",)
    if scan.word_count < 3:
        return ("Teksnya terlalu pendek untuk diketahui pokok aduannya.",)
    return ("Belum jelas apa yang diadukan: tidak ada kata yang menunjuk urusan tertentu.",)
