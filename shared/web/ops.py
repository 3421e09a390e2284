"""`/livez`, `/readyz` and `/metrics`, on a separate port."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.observability.watched import exceeded
from shared.web.host import Leading, Member


def ops_app(running: Leading, consumer: Member) -> Starlette:
    """Return the application for operators.

    Live: the loops moved in the last minute. Ready: Postgres, Kafka and a closed breaker.

    The warnings name alerts whose limit this process exceeds. They need a person, and do not make it unready.

    A replica without partitions is ready when it is a member of the group: with more replicas than partitions, some
    must wait.
    """

    async def livez(_request: Request) -> JSONResponse:
        stale = running.health.stale()
        return JSONResponse({"live": not stale, "stale": stale}, status_code=503 if stale else 200)

    async def readyz(_request: Request) -> JSONResponse:
        troubles = [what for what in running.health.troubles() if what != "assignment"]
        assigned = len(consumer.assigned())
        joined = consumer.joined()
        if not joined:
            troubles.append("assignment")
        body = {
            "ready": not troubles,
            "troubles": troubles,
            "warnings": exceeded(running.meters.registry),
            "partitions": assigned,
            "leading": running.leading(),
        }
        return JSONResponse(body, status_code=503 if troubles else 200)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(running.meters.registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])
