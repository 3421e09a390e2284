"""The base of the pages on which a complaint is filed: the kept form of an address, and the redirects between pages."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.intake.actions.filing import FiledForm
from services.intake.actions.photos import VisitorPhotos
from services.intake.actions.running import RunningIntake
from services.intake.actions.web_forms import KeptForm, WebForms
from services.intake.api.forms import ComplaintForm, photo_ids, read_form
from shared.web.pages import Pages

_GONE: Final = {
    "title": "Isian ini tidak tersimpan lagi",
    "advice": "Isian yang belum dikirim kami simpan satu hari, hanya untuk peramban yang menulisnya. Mulailah aduan baru.",
}


class FilingSite:
    """The parts that the pages share. Each page belongs to the form of its address, and the form to one visitor."""

    def __init__(self, intake: RunningIntake, pages: Pages, photos: VisitorPhotos) -> None:
        self.intake = intake
        self.pages = pages
        self.photos = photos
        self.forms = WebForms(intake)

    def visitor(self, request: Request) -> str:
        """Return the name under which this visitor's forms and photos are kept."""
        return self.pages.sessions.visitor(request)

    async def find(self, request: Request) -> tuple[KeptForm | None, ComplaintForm | None]:
        """Return this visitor's form of the address. A form that was sent has no fields any more."""
        kept = await self.forms.find(self.visitor(request), request.path_params["form"])
        if kept is None or kept.content is None:
            return kept, None
        return kept, read_form(kept.content["fields"], photo_ids(kept.content["photos"]))

    def gone(self, request: Request, kept: KeptForm | None) -> Response:
        """Lead from a form that was sent to its receipt. Say of an unknown one that it is not kept any more."""
        if kept is not None and kept.filed is not None:
            return self.lead(request, f"{self.path(kept.filed)}/bukti")
        return self.pages.nothing(request, **_GONE)

    def path(self, filed: FiledForm) -> str:
        """Return the path of a complaint's secret page."""
        return self.intake.identities.path(filed.complaint, filed.ticket)

    def lead(self, request: Request, to: str) -> Response:
        """Redirect so that neither Back nor a reload sends anything again."""
        response = RedirectResponse(to, status_code=303, headers={"Cache-Control": "no-store"})
        self.pages.sessions.remember(request, response)
        return response
