"""The site of the deadlines service: its menu, and the roles that may read and change."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from shared.errors import Forbidden
from shared.web.keys import Key
from shared.web.pages import Pages, Site

READERS: Final = ("reader", "koordinator", "operator")
CHANGER: Final = "koordinator"
SITE: Final = Site(
    "meja tenggat",
    menu=(("/tenggat", "Tenggat"), ("/angka", "Angka"), ("/kalender", "Kalender"), ("/kebijakan", "Kebijakan")),
    roles=READERS,
    open="Kalender dan kebijakan tenggat terbuka bagi siapa saja.",
)
NOT_FOUND: Final = {
    "title": "Tidak ditemukan",
    "advice": "Nomornya mungkin salah ketik, atau isinya sudah dihapus atas permintaan pelapor.",
}


async def need_changer(pages: Pages, request: Request) -> Key:
    """Return a caller who may change calendar and policies. Raise LoginNeeded or Forbidden for others."""
    caller = await pages.need(request)
    if caller.role != CHANGER:
        raise Forbidden(
            "only a koordinator changes calendar and policies",
            message="Hanya koordinator yang dapat mengubah kalender dan kebijakan.",
        )
    return caller
