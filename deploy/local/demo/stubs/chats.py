"""The stubs of Instagram Direct and of the SMS gateway: each takes one message of ours and answers like the original."""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.local.demo.stubs.tally import Ledger


async def instagram_message(request: Request, ledger: Ledger, token: str) -> Response:
    """Take one message of the Send API. Our id is not part of that API, so each message counts by its own id."""
    body = await request.json()
    recipient = body.get("recipient", {}).get("id")
    if request.headers.get("authorization") != f"Bearer {token}" or not recipient:
        ledger.refused += 1
        return JSONResponse({"error": {"message": "stub", "code": 190}}, status_code=401)
    mid = f"m_{uuid4().hex}"
    ledger.effect(mid, {"to": recipient, "text": body["message"]["text"]})
    return JSONResponse({"recipient_id": recipient, "message_id": mid})


async def sms_message(request: Request, ledger: Ledger, token: str) -> Response:
    """Take one SMS as a form."""
    async with request.form() as form:
        number, text = str(form.get("to", "")), str(form.get("text", ""))
    if request.headers.get("authorization") != f"Bearer {token}" or not number:
        ledger.refused += 1
        return Response(status_code=401)
    ledger.effect(uuid4().hex, {"to": number, "text": text})
    return Response("OK")
