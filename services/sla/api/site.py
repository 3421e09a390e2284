"""The site of the deadlines service: its menu, and the roles that may read and change."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from shared.errors import Forbidden
from shared.web.keys import Key
from shared.web.pages import Pages, Site

READERS: Final = ("reader", "koordinator", "operator")
# A person with several roles acts in the widest. The head of an OPD sees the cases of that OPD alone.
HEAD: Final = "head"
ROLES: Final = ("koordinator", "operator", "supervisor", "reader", HEAD)
CHANGER: Final = "koordinator"
SITE: Final = Site(
    "meja tenggat",
    menu=(("/tenggat", "Tenggat"), ("/angka", "Angka"), ("/kalender", "Kalender"), ("/kebijakan", "Kebijakan")),
    roles=ROLES,
    open="Angka, kalender, dan kebijakan tenggat terbuka bagi siapa saja.",
)
NOT_FOUND: Final = {
    "title": "Tidak ditemukan",
    "advice": "Nomornya mungkin salah ketik, atau isinya sudah dihapus atas permintaan pelapor.",
}


def may_see(caller: Key, owner: str | None) -> bool:
    """Return whether a caller may see the cases of an OPD, or of the desk."""
    return caller.role != HEAD or (owner is not None and caller.opd == owner)


async def need_changer(pages: Pages, request: Request) -> Key:
    """Return a caller who may change calendar and policies. Raise LoginNeeded or Forbidden for others."""
    caller = await pages.need(request)
    if caller.role != CHANGER:
        raise Forbidden(
            "only a koordinator changes calendar and policies",
            message="Hanya koordinator yang dapat mengubah kalender dan kebijakan.",
        )
    return caller
