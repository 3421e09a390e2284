"""SMS over a gateway's HTTP form. The names of its parameters and the pattern of success are settings."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from services.notifier.channels.fitting import cut_to_fit
from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.posting import open_client, post
from services.notifier.channels.sms_text import fits, sms_text
from services.notifier.codes import Verdict
from services.notifier.rules.verdicts import Outcome, account_http_verdict
from shared.phone import NotAWhatsAppNumber, whatsapp_number

_READ_BYTES = 4096
_HOME = "62"


@dataclass(frozen=True, slots=True)
class GatewayForm:
    """The gateway's form: parameter names, parameters that never change, and how numbers are written.

    ``success`` is searched in the answer, and its group, if it has one, is the gateway's id of the message. ``busy`` is
    searched in an answer without success: the message is then tried again.
    """

    to: str = "to"
    text: str = "text"
    fixed: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    number: Literal["plus", "digits", "trunk"] = "plus"
    success: re.Pattern[str] | None = None
    busy: re.Pattern[str] | None = None


class SmsSender:
    """The sender over one gateway."""

    def __init__(self, *, url: str, form: GatewayForm, token: str | None = None, timeout: float = 15.0) -> None:
        self._url, self._form = url, form
        self._client = open_client(token, timeout)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send one SMS of at most three parts. A time-out after the request may have been read is `UNSURE`."""
        try:
            fields = form_of(outgoing, self._form)
        except NotAWhatsAppNumber:
            return Outcome(Verdict.OTHER_CHANNEL, reason="no mobile number")
        answer = await post(self._client, self._url, data=fields)
        if isinstance(answer, Outcome):
            return answer
        return read_answer(answer.status, answer.text[:_READ_BYTES], self._form, answer.asked)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def form_of(outgoing: Outgoing, form: GatewayForm) -> dict[str, str]:
    """Return the parameters of the request. Raise NotAWhatsAppNumber for an address that is no mobile number."""
    content = outgoing.content
    text = cut_to_fit(sms_text(content.text, content.buttons), fits)
    return {**dict(form.fixed), form.to: _written(outgoing.address, form.number), form.text: text}


def read_answer(status: int, text: str, form: GatewayForm, asked: timedelta | None = None) -> Outcome:
    """Return the outcome of an answer. A 2xx without the word of success is a refusal, which a person must see."""
    verdict = account_http_verdict(status)
    if verdict is not Verdict.ACCEPTED:
        return Outcome(verdict, code=status, reason=f"http {status}", retry_after=asked)
    if form.success is None:
        return Outcome(Verdict.ACCEPTED, code=status)
    found = form.success.search(text)
    if found:
        own = found[1] if form.success.groups else None
        return Outcome(Verdict.ACCEPTED, code=status, provider_id=own[:200] if own else None)
    busy = form.busy is not None and form.busy.search(text) is not None
    return Outcome(Verdict.AGAIN if busy else Verdict.BROKEN, code=status, reason="busy" if busy else "no success")


def _written(address: str, number: Literal["plus", "digits", "trunk"]) -> str:
    digits = whatsapp_number(address if address.startswith("+") else f"+{address}")
    match number:
        case "plus":
            return f"+{digits}"
        case "trunk" if digits.startswith(_HOME):
            return f"0{digits.removeprefix(_HOME)}"
        case _:
            return digits
