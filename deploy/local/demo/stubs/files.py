"""The files of the WhatsApp stub: held by an id, found by their address, and handed out with the token only."""

import hashlib

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


class HeldFiles:
    """The files that citizens sent. The demo puts them here, as a phone gives them to the platform."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._held: dict[str, tuple[str, bytes]] = {}

    def routes(self) -> list[Route]:
        """Return the routes. That of an address comes last, because it fits every path of two words."""
        return [
            Route("/files/{file}", self._put, methods=["PUT"]),
            Route("/files/{file}", self._bytes, methods=["GET"]),
            Route("/{version}/{file}", self._place, methods=["GET"]),
        ]

    async def _put(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "application/octet-stream")
        self._held[request.path_params["file"]] = (kind, await request.body())
        return Response(status_code=204)

    async def _place(self, request: Request) -> Response:
        kind, content = self._held.get(request.path_params["file"], ("", b""))
        if not content or not self._may(request):
            return JSONResponse(
                {"error": {"message": "stub", "code": 100}}, status_code=400 if self._may(request) else 401
            )
        return JSONResponse(
            {
                "messaging_product": "whatsapp",
                "id": request.path_params["file"],
                "url": str(request.base_url.replace(path=f"/files/{request.path_params['file']}")),
                "mime_type": kind,
                "sha256": hashlib.sha256(content).hexdigest(),
                "file_size": len(content),
            }
        )

    async def _bytes(self, request: Request) -> Response:
        kind, content = self._held.get(request.path_params["file"], ("", b""))
        if not content or not self._may(request):
            return Response(status_code=404 if self._may(request) else 401)
        return Response(content, media_type=kind)

    def _may(self, request: Request) -> bool:
        return request.headers.get("authorization") == f"Bearer {self._token}"
