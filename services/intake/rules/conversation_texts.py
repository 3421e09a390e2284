"""The sentences of the conversation, in plain Indonesian. One idea stands in a sentence, and a reply stays short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.intake.rules.conversation_information import asks_hours, office_of
from services.intake.rules.conversation_known import KnownComplaint
from services.intake.rules.conversation_places import PAGE, district_pages, region_names
from services.intake.rules.conversation_values import Choice, Say
from services.intake.state import Draft
from shared.labels import SATISFACTION, STATES

LONGEST: Final = 300
_EXCERPT: Final = 140
_PLACE: Final = 60
# The most letters of the words of one complaint in a list, and of all complaints in it.
_ABOUT, _ABOUT_ALL = 60, 100
_SEVERAL: Final = 2
SEND, EDIT, CANCEL = ("draft:send", "Kirim"), ("draft:edit", "Ubah"), ("draft:cancel", "Batal")
FORWARD, DECLINE = ("draft:send", "Teruskan"), ("draft:cancel", "Tidak")
MORE: Final = "Lainnya"
# The id of a sentence to choose: this word, the ticket, and the number of the sentence. 0 is none of them.
PICK: Final = "pick"
NONE_FITS: Final = "Bukan ini"

GREETING: Final = Say("Halo, silakan tulis apa yang terjadi dan di mana tempatnya. Foto boleh ikut dikirim.")
ASK_QUESTION: Final = Say("Silakan tulis pertanyaan Anda, atau apa yang terjadi dan di mana tempatnya.")
INVITE: Final = Say("Silakan. Tulis apa yang terjadi dan di mana tempatnya. Foto boleh ikut dikirim.")
ASK_WHAT: Final = Say("Terima kasih. Apa yang terjadi di sana?")
ASK_EDIT: Final = Say("Silakan tulis yang perlu diubah atau ditambah.")
CANCELLED: Final = Say("Baik, aduan ini tidak kami kirim. Anda boleh menulis lagi kapan saja.")
NO_DRAFT: Final = Say("Tidak ada aduan yang sedang Anda tulis. Bila ada masalah, silakan tulis di sini.")
NOT_FORWARDED: Final = Say("Baik, pertanyaan ini tidak kami teruskan. Anda boleh menulis lagi kapan saja.")
THANKS: Final = Say("Sama-sama. Terima kasih sudah memberi kabar.")
SHARED: Final = Say("Terima kasih. Nama dan kontak Anda kami sertakan bagi instansi yang berwenang.")
HELP: Final = Say(
    "Tulis apa yang terjadi dan di mana tempatnya, lalu kami teruskan. Anda juga bisa menulis STATUS untuk melihat "
    "keadaan aduan, BATAL untuk membatalkan tulisan, ANONIM agar nama Anda tidak disebut, STOP agar kami tidak "
    "mengirim kabar, atau MULAI untuk menerima kabar lagi."
)
HOURS: Final = Say(
    "Anda boleh menulis aduan di sini kapan saja. Jam kantor: Senin–Kamis pukul 07.30–16.00 dan Jumat pukul "
    "07.30–16.30 WITA. Pada jam istirahat, hari libur, dan bulan Ramadan jamnya dapat berbeda."
)
UNREADABLE: Final = Say("Maaf, pesan jenis ini belum dapat kami baca. Silakan tulis dengan kata-kata.")
UNKNOWN_TICKET: Final = Say(
    "Aduan itu tidak kami temukan di antara aduan Anda di sini. Periksa lagi nomor aduannya, ya."
)
NO_COMPLAINT: Final = Say("Anda belum mempunyai aduan di sini. Bila ada masalah, tulis apa yang terjadi dan di mana.")
ANONYMOUS: Final = Say("Baik, nama Anda tidak kami sebut. Tulis apa yang terjadi dan di mana tempatnya.")
APPEAL_HOW: Final = Say("Untuk mengajukan keberatan kepada pengawas, balas KEBERATAN lalu alasannya dalam satu pesan.")
NOT_CHOSEN: Final = Say(
    "Pesan Anda belum kami tambahkan karena aduannya belum dipilih. Bila masih perlu, silakan tulis lagi."
)
FORGOTTEN: Final = Say(
    "Tulisan Anda belum kami kirim karena isinya belum kami ketahui. Bila masih perlu, silakan tulis lagi."
)
FORGOTTEN_QUESTION: Final = Say("Pertanyaan Anda tidak kami teruskan. Bila masih perlu, silakan tulis lagi.")
_ASKED: Final = "Terima kasih atas pertanyaan Anda."
_HOURS_OF_OFFICES: Final = (
    "Jam kantor umumnya Senin–Kamis 07.30–16.00 dan Jumat 07.30–16.30 WITA; tiap layanan dapat berbeda."
)
ASK_PLACE_LATER: Final = Say(
    "Aduan Anda langsung kami kirim. Di mana tempatnya? Tulis di sini atau kirim lokasi. Bila ada bahaya, hubungi 112."
)

CHOSEN: Final = Say("Terima kasih. Pilihan Anda kami teruskan agar aduan cepat sampai ke instansi yang tepat.")
CHOSEN_NONE: Final = Say("Terima kasih. Petugas akan menentukan instansi yang tepat.")
CHOSEN_LATE: Final = Say("Terima kasih. Instansinya sudah ditentukan, dan pilihan Anda tetap kami catat.")
CHOSEN_BEFORE: Final = Say("Terima kasih, pertanyaan itu sudah tidak perlu dijawab lagi.")


def ask_choice(ticket: str, sentences: Sequence[str]) -> Say:
    """Return the question what a complaint is about, with its sentences as numbered lines."""
    choices = [(f"{PICK}:{ticket}:{number}", words) for number, words in enumerate(sentences, 1)]
    choices.append((f"{PICK}:{ticket}:0", NONE_FITS))
    lines = [f"{number}. {words}" for number, (_, words) in enumerate(choices, 1)]
    return Say("\n".join([f"Aduan {ticket}: mana yang paling sesuai?", *lines]), tuple(choices))


def ask_choice_by_sms(ticket: str, sentences: Sequence[str]) -> Say:
    """Return the question without its lines: an SMS gets these, with their numbers, where it is sent."""
    return Say(f"Aduan {ticket} tentang:", ask_choice(ticket, sentences).choices)


def ask_region() -> Say:
    """Return the question for the regency or city, with a list."""
    choices = tuple((f"region:{one.code}", one.short) for one in region_names().values())
    return Say("Di kabupaten atau kota mana? Pilih dari daftar, tulis nama tempatnya, atau kirim lokasi.", choices)


def ask_district(code: str, page: int = 0) -> Say:
    """Return the question for the kecamatan of a region, with one page of its list."""
    pages = district_pages(code)
    after = page + 1 if page + 1 < len(pages) else -1
    choices = [*((f"district:{name}", name) for name in pages[page]), (f"districts:{code}:{after}", MORE)]
    return Say("Di kecamatan mana? Pilih dari daftar, atau tulis nama jalan atau desanya.", tuple(choices[:PAGE]))


def summary(draft: Draft) -> Say:
    """Return the summary of a draft with its three buttons."""
    lines = [f"Aduan Anda: “{_excerpt(draft.texts)}”", f"Tempat: {cut(draft.place or '-', _PLACE)}"]
    # The photo is asked for here, so that it costs no question of its own. *Kirim* goes without.
    lines.append(f"Lampiran: {len(draft.attachments)}" if draft.attachments else "Foto: belum ada, boleh dikirim dulu.")
    if draft.anonim:
        lines.append("Nama Anda tidak disebut.")
    return Say("\n".join([*lines, "Sudah benar?"]), (SEND, EDIT, CANCEL))


def _excerpt(texts: Sequence[str]) -> str:
    """Return the beginning of a draft, with the end of what was said last if not all of it fits."""
    said = " ".join(" ".join(texts).split())
    if len(said) <= _EXCERPT or len(texts) < _SEVERAL:
        return cut(said, _EXCERPT)
    last = " ".join(texts[-1].split())[-_EXCERPT // 2 :]
    return f"{cut(said, _EXCERPT - len(last) - 1)} {last}"


def forgotten(asked: str) -> Say:
    """Return the word to a citizen whose unfinished draft we drop, by the question that stayed open."""
    return {"case": NOT_CHOSEN, "information": FORGOTTEN_QUESTION}.get(asked, FORGOTTEN)


def offer_to_forward(draft: Draft) -> Say:
    """Return what we know about a question for information, and the offer to pass the question on."""
    asked = " ".join(draft.texts)
    known = " ".join(filter(None, (office_of(asked), _HOURS_OF_OFFICES if asks_hours(asked) else None)))
    return Say(
        f"{known or _ASKED} Jawaban yang pasti dapat diberikan instansinya. Teruskan sebagai permintaan informasi?",
        (FORWARD, DECLINE),
    )


def sent_already(case: KnownComplaint) -> Say:
    """Return the answer to BATAL after a complaint was sent, with its link."""
    return Say(
        f"Aduan {case.ticket} sudah kami kirim. Anda dapat menariknya kembali lewat tautan ini.", complaint=case.key
    )


def added(case: KnownComplaint) -> Say:
    """Return the acknowledgement of an addition."""
    return Say(f"Terima kasih. Pesan Anda kami tambahkan pada aduan {case.ticket}.")


def which_case(cases: Sequence[KnownComplaint]) -> Say:
    """Return the question to which complaint a message belongs, with a list."""
    shown = cases[: PAGE - 1]
    rows: list[Choice] = [(f"case:{case.ticket}", case.ticket) for case in shown]
    # Nobody knows a complaint by its ticket alone, so each comes with the beginning of its words.
    room = min(_ABOUT, _ABOUT_ALL // max(1, len(shown)))
    lines = [f"{case.ticket}: {cut(case.about, room)}" for case in shown if case.about]
    return Say("\n".join(["Pesan ini untuk aduan yang mana?", *lines]), (*rows, ("case:", "Aduan baru")))


def ask_rating(ticket: str) -> Say:
    """Return the question how satisfied the citizen is, with a list."""
    choices = tuple((f"rate:{ticket}:{number}", f"{number} {words}") for number, words in SATISFACTION.items())
    scale = ", ".join(title for _, title in choices)
    return Say(f"Seberapa puas Anda dengan penanganan aduan {ticket}? Jawab dengan satu angka: {scale}.", choices)


def rated(stars: int) -> Say:
    """Return the thanks for a rating."""
    return Say(f"Terima kasih atas nilai {stars} dari {len(SATISFACTION)} ({SATISFACTION[stars]}).")


def status_of(cases: Sequence[KnownComplaint]) -> Say:
    """Return the states of these complaints. The reply about one complaint carries its link."""
    lines = [f"Aduan {case.ticket}: {STATES.get(case.state, case.state)}." for case in cases[:4]]
    return Say("\n".join(lines), complaint=cases[0].key if len(cases) == 1 else None)


def cut(text: str, limit: int) -> str:
    """Return the text on one line, cut to this many characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"
