"""WhatsApp Cloud API: free text inside the 24-hour window, an approved template outside it."""

from datetime import timedelta
from typing import Any

import httpx

from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.posting import open_client, post
from services.notifier.codes import Verdict
from services.notifier.rules.verdicts import Outcome, account_http_verdict
from services.notifier.rules.whatsapp_codes import (
    DELETED_NUMBER,
    INVALID_PARAMETER,
    whatsapp_verdict,
)
from services.notifier.texts import Content

# The platform's limits on a question: buttons, the characters of their titles, rows of a list, and those of its titles
# and second lines.
MAX_BUTTONS, MAX_BUTTON_TITLE = 3, 20
MAX_ROWS, MAX_ROW_TITLE, MAX_DESCRIPTION = 10, 24, 72
# The words on the button that opens a list, and above its rows.
LIST_BUTTON = "Pilih"


class WhatsAppSender:
    """The sender over one number. Requests go to ``{base}/{version}/{phone_number_id}/messages``."""

    def __init__(self, *, base: str, version: str, phone_number_id: str, token: str, timeout: float = 15.0) -> None:
        self._path = f"{base.rstrip('/')}/{version}/{phone_number_id}/messages"
        self._client = open_client(token, timeout)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send one message. A time-out or broken connection after the request may have been read is `UNSURE`."""
        answer = await post(self._client, self._path, json=body(outgoing))
        if isinstance(answer, Outcome):
            return answer
        return read_answer(answer.status, answer.content, answer.asked, outgoing.address)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def recipient(address: str) -> dict[str, str]:
    """Return the recipient field of the request.

    A number becomes ``to: +62…``. A business-scoped id (`ID.134…`, a user without a number) is passed on unchanged.
    """
    digits = address.lstrip("+").replace(" ", "").replace("-", "")
    if not digits.isdecimal():
        return {"recipient": address}
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    return {"to": "+" + digits}


def body(outgoing: Outgoing) -> dict[str, Any]:
    """Return the body of the request. Every status brings back our id, which ``biz_opaque_callback_data`` holds."""
    request: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **recipient(outgoing.address),
        "biz_opaque_callback_data": str(outgoing.id),
    }
    if outgoing.free_text:
        if outgoing.in_reply_to:
            request["context"] = {"message_id": outgoing.in_reply_to}
        if outgoing.content.buttons:
            return {**request, "type": "interactive", "interactive": _question(outgoing.content)}
        return {**request, "type": "text", "text": {"preview_url": False, "body": outgoing.content.text}}
    approved = outgoing.content.approved
    parameters = [{"type": "text", "text": param} for param in approved.params]
    replies = [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(index),
            "parameters": [{"type": "payload", "payload": choice}],
        }
        for index, choice in enumerate(approved.replies)
    ]
    return {
        **request,
        "type": "template",
        "template": {
            "name": approved.name,
            "language": {"code": "id"},
            "components": [{"type": "body", "parameters": parameters}, *replies],
        },
    }


def _question(content: Content) -> dict[str, Any]:
    """Return a text with buttons below it, or with a list when there are more answers than buttons.

    The citizen's answer brings back the id of the pressed button or row.
    """
    if len(content.buttons) > MAX_BUTTONS:
        rows = [_row(choice, title) for choice, title in content.buttons[:MAX_ROWS]]
        action = {"button": LIST_BUTTON, "sections": [{"title": LIST_BUTTON, "rows": rows}]}
        return {"type": "list", "body": {"text": content.text}, "action": action}
    buttons = [
        {"type": "reply", "reply": {"id": choice, "title": title[:MAX_BUTTON_TITLE]}}
        for choice, title in content.buttons
    ]
    return {"type": "button", "body": {"text": content.text}, "action": {"buttons": buttons}}


def _row(choice: str, title: str) -> dict[str, str]:
    """Return a row of a list. A title that is too long stands whole in the row's second line."""
    if len(title) <= MAX_ROW_TITLE:
        return {"id": choice, "title": title}
    return {"id": choice, "title": title[: MAX_ROW_TITLE - 1] + "…", "description": title[:MAX_DESCRIPTION]}


def read_answer(status: int, content: bytes, asked: timedelta | None = None, address: str = "") -> Outcome:
    """Return the outcome of an answer, decided by the error's code. ``asked`` is the answer's `Retry-After`.

    A 200 without a message id is as ambiguous as no answer.
    """
    try:
        document = httpx.Response(status, content=content).json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {}
    error = document.get("error")
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        code = int(error["code"])
        if code == INVALID_PARAMETER and error.get("error_subcode") == DELETED_NUMBER:
            code = DELETED_NUMBER  # "no such object" means our sending number was deleted, not a wrong parameter
        return Outcome(whatsapp_verdict(code, status, address), code=code, reason=f"whatsapp {code}", retry_after=asked)
    verdict = account_http_verdict(status)
    if verdict is not Verdict.ACCEPTED:
        return Outcome(verdict, code=status, reason=f"http {status}", retry_after=asked)
    match document.get("messages"):
        case [{"id": str(provider_id)}, *_]:
            return Outcome(Verdict.ACCEPTED, code=status, provider_id=provider_id)
        case _:
            return Outcome(Verdict.UNSURE, code=status, reason="no message id in the answer")
