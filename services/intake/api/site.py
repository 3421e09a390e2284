"""The two sites of intake: the citizens' pages, and the page on which an admin koordinator imports an export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shared.errors import Refused, TooMany, Unavailable
from shared.labels import CHANNELS
from shared.runtime.running import Running
from shared.web.pages import Pages, Site
from shared.words import instant_words

CITIZENS: Final = Site("Tanggap", menu=(("/", "Kirim aduan"), ("/aduan", "Lihat aduan")))
IMPORTS: Final = Site("Tanggap", menu=(("/impor", "Impor Laporan Ringkas"),))
_FOLDER: Final = Path(__file__).parent.parent / "templates"
# A citizen shares an address with many others, and keeps the form that was typed.
_ADVICE: Final[Mapping[type[Refused], str]] = {
    Unavailable: "Sistem sedang tidak dapat menyimpan. Yang Anda tulis belum terkirim; tunggu sebentar, lalu kirim lagi.",
    TooMany: "Sedang banyak kiriman dari jaringan Anda. Tunggu satu menit, lalu coba lagi.",
}


def pages_of(running: Running[Any], site: Site) -> Pages:
    """Return the pages of a site of intake."""
    return Pages(running, site, _FOLDER, filters={"instant": _instant, "channel": _channel})


def advice(refusal: Refused) -> str:
    """Return the words that tell a citizen what to do about a refusal."""
    return _ADVICE.get(type(refusal), refusal.words)


def _instant(written: str | None) -> str:
    return instant_words(datetime.fromisoformat(written)) if written else ""


def _channel(channel: str) -> str:
    return CHANNELS.get(channel, channel)
