"""The error page for browsers, in Indonesian. It says what to do and shows what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.responses import HTMLResponse, Response

from shared.clean import clean_text
from shared.errors import Unsure
from shared.web.heard import SCOPE_KEY, Heard
from shared.web.sessions import Sessions

if TYPE_CHECKING:
    from jinja2 import Environment
    from starlette.requests import Request

    from shared.errors import Refused
    from shared.web.host import Host

Links = Sequence[tuple[str, str]]
_LONGEST: Final = 20_000
# Fields that no person typed, and choices whose values are codes. They are sent again but not shown.
_HIDDEN: Final = frozenset(
    {
        "sekali",
        "revisi",
        "versi",
        "tujuan",
        "tindakan",
        "kewenangan",
        "golongan",
        "prioritas",
        "sebab",
        "opd",
        "jenis",
        "anonim",
    }
    | {"rahasia", "hitung", "nilai", "alamat_situs"}
)
# Fields that never go back to the browser: the old token, and a key.
_NEVER: Final = frozenset({"csrf", "kunci"})


@dataclass(frozen=True, slots=True)
class Words:
    """A heading, and what the reader should do."""

    title: str
    advice: str


EXPIRED: Final = Words(
    "Halaman ini sudah terlalu lama terbuka",
    "Kiriman Anda belum diterima. Periksa yang Anda tulis di bawah ini, lalu kirim lagi.",
)
SESSION_OVER: Final = Words(
    "Anda perlu masuk lagi",
    "Kiriman Anda belum diterima, karena waktu masuk Anda sudah habis. Masuk lagi di tab baru, kembali ke halaman ini, "
    "lalu kirim lagi.",
)
UNSURE: Final = Words("Sambungan terputus", str(Unsure.message))
_WORDS: Final[Mapping[int, Words]] = {
    400: Words(
        "Kiriman ini tidak dapat dibaca", "Kembali ke halaman sebelumnya, periksa isinya, lalu kirim sekali lagi."
    ),
    401: Words("Halaman ini memerlukan kunci", "Masuk dengan kunci Anda, lalu buka halaman ini sekali lagi."),
    403: Words(
        "Halaman ini tidak terbuka untuk Anda",
        "Halaman ini untuk peran lain. Masuk dengan kunci yang sesuai, atau tanyakan kepada pengelola sistem di kantor Anda.",
    ),
    404: Words(
        "Halaman tidak ditemukan",
        "Alamatnya mungkin salah ketik, atau halamannya sudah tidak ada. Periksa kembali alamatnya.",
    ),
    405: Words(
        "Halaman ini tidak dapat dibuka langsung", "Kembali ke halaman sebelumnya, lalu pakai tombol yang ada di sana."
    ),
    408: Words("Kiriman terputus", "Sambungan Anda terlalu lambat atau terputus. Coba kirim sekali lagi."),
    409: Words("Keadaannya sudah berubah", "Buka kembali halaman sebelumnya, lihat keadaan yang baru, lalu ulangi."),
    413: Words(
        "Kiriman terlalu besar", "Singkatkan tulisan atau pilih berkas yang lebih kecil, lalu kirim sekali lagi."
    ),
    422: Words("Ada isian yang belum tepat", "Kembali ke halaman sebelumnya, perbaiki isinya, lalu kirim sekali lagi."),
    429: Words(
        "Terlalu banyak kiriman dalam waktu singkat", "Kiriman Anda belum diterima. Tunggu satu menit, lalu kirim lagi."
    ),
    500: Words(
        "Ada kesalahan di pihak kami", "Kesalahan ini sudah dicatat dan tidak ada yang berubah. Coba sekali lagi nanti."
    ),
    503: Words("Sistem sedang sibuk", "Kiriman Anda belum diterima. Tunggu sebentar, lalu kirim lagi."),
}
# Statuses after which it helps to send the same form again.
_AGAIN: Final = frozenset({408, 429, 500, 503})
_READING: Final[Mapping[int, str]] = {
    429: "Tunggu satu menit, lalu buka halaman ini sekali lagi.",
    503: "Tunggu sebentar, lalu buka halaman ini sekali lagi.",
    408: "Sambungan Anda terlalu lambat atau terputus. Coba sekali lagi.",
}


async def session_over(request: Request) -> Response | None:
    """Return a page with the text typed into a form whose session has ended, or None when nothing was typed."""
    sorry: Sorry = request.app.state.problems.sorry
    fields, _ = await typed_of(request)
    return await sorry.page(request, 401, SESSION_OVER) if _shown(fields) else None


async def typed_of(request: Request) -> tuple[dict[str, str], bool]:
    """Return the fields of a form that may go back to the browser, and whether the form held a key."""
    heard = request.scope.get(SCOPE_KEY)
    typed = await heard.typed() if request.method == "POST" and isinstance(heard, Heard) else {}
    return {
        clean_text(name): clean_text(value) for name, value in typed.items() if name not in _NEVER
    }, "kunci" in typed


def _shown(fields: Mapping[str, str]) -> dict[str, str]:
    return {_label(name): value[:_LONGEST] for name, value in fields.items() if value.strip() and name not in _HIDDEN}


def wants_page(request: Request) -> bool:
    """Return whether a browser asks. A browser names HTML among the types it accepts; programs do not."""
    return "text/html" in request.headers.get("accept", "").lower()


class Sorry:
    """Makes the error page.

    ``links`` are the service's own pages, the start page first; empty for a service without pages.
    """

    def __init__(self, host: Host, environment: Environment, links: Links) -> None:
        self._sessions = Sessions(host)
        self._template = environment.get_template("sorry_page.html")
        self._links = links
        self._home = links[0][0] if links else "/"

    async def of_refusal(self, request: Request, refusal: Refused) -> Response:
        """Return the page for a refusal, with its status and Retry-After."""
        words = {"form_expired": EXPIRED, "unsure": UNSURE}.get(refusal.code)
        return later(await self.page(request, refusal.status, words), refusal)

    async def page(self, request: Request, status: int, words: Words | None = None) -> Response:
        """Return the page for a status.

        It shows what a form held, with a button that sends the form again where that helps.
        """
        posted = request.method == "POST"
        fields, with_key = await typed_of(request)
        shown = _shown(fields)
        told = words or _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]
        body = self._template.render(
            title=told.title,
            advice=told.advice if posted else _READING.get(status, told.advice),
            shown=shown,
            fields=fields,
            again=bool(fields) and not with_key and _own_page(request) and (words is not None or status in _AGAIN),
            address=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            login=_login(request) if words is SESSION_OVER or (status in {401, 403} and words is None) else None,
            new_tab=words is SESSION_OVER,
            csrf=self._sessions.csrf_token(request),
            links=self._links,
        )
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self._sessions.remember(request, response)
        return response


def later(response: Response, refusal: Refused) -> Response:
    """Say in the response when to try again, if the refusal is temporary."""
    retry_after = getattr(refusal, "retry_after", None)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _login(request: Request) -> str | None:
    """Return the address of the page on which one signs in, which leads back to this page, or None without a login."""
    login = getattr(request.app.state, "login", None)
    return str(login(request)) if login is not None else None


def _label(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()[:60]


def _own_page(request: Request) -> bool:
    """Return whether the form came from one of our pages.

    A foreign page's form is shown, but gets no button with a token.
    """
    return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
