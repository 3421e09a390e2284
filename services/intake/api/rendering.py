"""The rendering of intake's pages: templates, sessions and the one-use tokens of forms."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.intake.actions.running import RunningIntake
from services.intake.labels import CHANNELS
from shared.errors import Refused, TooMany, Unavailable
from shared.web.app import light, templates
from shared.web.sessions import Sessions
from shared.words import instant_words

_FOLDER: Final = Path(__file__).parent.parent / "templates"
_ADVICE: Final = {
    503: "Sistem sedang tidak dapat menyimpan. Yang Anda tulis belum terkirim; tunggu sebentar, lalu kirim lagi.",
    429: "Sedang banyak kiriman dari jaringan Anda. Tunggu satu menit, lalu coba lagi.",
}


class PageRenderer:
    """Renders pages and signs the one-use tokens of their forms."""

    def __init__(self, intake: RunningIntake) -> None:
        self.sessions = Sessions(intake.running)
        self._identities = intake.identities
        self._templates = templates(_FOLDER)
        self._templates.filters["instant"] = lambda written: (
            instant_words(datetime.fromisoformat(written)) if written else ""
        )
        self._templates.filters["channel"] = lambda channel: CHANNELS.get(channel, channel)

    def page(self, request: Request, name: str, status: int = 200, /, **values: Any) -> Response:
        """Return a page for this visitor, with the CSRF token of its forms."""
        csrf = self.sessions.csrf_token(request)
        body = self._templates.get_template(name).render(csrf=csrf, **values)
        response = HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})
        self.sessions.remember(request, response)
        return light(request, response)

    def refusal_page(self, request: Request, refusal: Refused) -> Response:
        """Return the page that tells a citizen what to do about a refusal."""
        return with_retry_after(self.page(request, "sorry.html", refusal.status, told=advice(refusal)), refusal)

    def new_token(self, request: Request) -> str:
        """Return a signed one-use token for this visitor. The token makes a repeated send one complaint."""
        value = secrets.token_hex(12)
        return f"{value}.{self._signature(request, value)}"

    def owns_token(self, request: Request, token: str) -> bool:
        """Return whether the token was signed for this visitor."""
        value, _, signature = token.partition(".")
        expected = self._signature(request, value)
        return bool(value) and hmac.compare_digest(signature.encode(errors="replace"), expected.encode())

    def _signature(self, request: Request, value: str) -> str:
        """Return the signature of a token. It covers the visitor's CSRF token, so nobody else can use the token."""
        return self._identities.form_signature(self.sessions.csrf_token(request), value)


def advice(refusal: Refused) -> str:
    """Return the words that tell a citizen what to do about a refusal."""
    return _ADVICE.get(refusal.status, refusal.detail)


def with_retry_after(response: Response, refusal: Refused) -> Response:
    """Add a `Retry-After` header to the response if the refusal is temporary."""
    if isinstance(refusal, TooMany | Unavailable):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
