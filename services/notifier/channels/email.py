"""E-mail over SMTP in plain text, a digest also as an HTML table. Answers reach a person; there is no no-reply address."""

import asyncio
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from services.notifier.channels.email_table import html_digest
from services.notifier.channels.outgoing import Outgoing
from services.notifier.codes import Verdict
from services.notifier.rules.verdicts import Outcome, smtp_verdict
from shared.mail import NotAMailAddress, mail_address


class EmailSender:
    """The sender over one SMTP server, with one connection per message. ``tls`` is `none`, `starttls` or `implicit`."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        reply_to: str,
        username: str | None = None,
        password: str | None = None,
        tls: str = "starttls",
        timeout: float = 10.0,
    ) -> None:
        self._host, self._port, self._tls, self._timeout = host, port, tls, timeout
        self._sender, self._reply_to = sender, reply_to
        self._username, self._password = username, password

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send one mail. A failure after the text was handed over is `UNSURE`; a failure before that is tried again."""
        # Addresses are stored in ASCII now. An address that was stored before may have letters outside ASCII.
        if not outgoing.address.isascii():
            try:
                outgoing = replace(outgoing, address=mail_address(outgoing.address))
            except NotAMailAddress:
                return Outcome(Verdict.OTHER_CHANNEL, reason="the address needs SMTPUTF8")
        client = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            timeout=self._timeout,
            use_tls=self._tls == "implicit",
            start_tls=self._tls == "starttls",
        )
        handed_over = False
        try:
            # One time limit for all commands together: a server that answers slowly is no better than a silent one.
            async with asyncio.timeout(self._timeout):
                await client.connect()
                if self._username:
                    await client.login(self._username, self._password or "")
                await client.mail(self._sender)
                await client.rcpt(outgoing.address)
            handed_over = True
            answer = await client.data(self.message(outgoing).as_bytes())
        except aiosmtplib.SMTPResponseException as problem:
            return Outcome(smtp_verdict(problem.code), code=problem.code, reason=f"smtp {problem.code}")
        except (aiosmtplib.SMTPException, OSError) as problem:
            return Outcome(Verdict.UNSURE if handed_over else Verdict.AGAIN, reason=type(problem).__name__, silent=True)
        finally:
            client.close()
        return Outcome(smtp_verdict(answer.code), code=answer.code, provider_id=self.message_id(outgoing))

    def message_id(self, outgoing: Outgoing) -> str:
        """Return the Message-ID. It is the same for every try, so that a mail server that sees two mails keeps one."""
        return f"<{outgoing.id}@{self._sender.rpartition('@')[2]}>"

    def message(self, outgoing: Outgoing) -> EmailMessage:
        """Return the mail with its headers."""
        mail = EmailMessage()
        mail["From"] = f"Tanggap Kalimantan Timur <{self._sender}>"
        mail["To"] = outgoing.address
        mail["Reply-To"] = self._reply_to
        mail["Subject"] = outgoing.content.subject
        mail["Date"] = format_datetime(outgoing.occurred_at)
        mail["Message-ID"] = self.message_id(outgoing)
        mail["Auto-Submitted"] = "auto-generated"
        mail["Content-Language"] = "id"
        mail["X-Tanggap-Message"] = str(outgoing.id)
        mail.set_content(outgoing.content.text)
        if outgoing.content.digest is not None:
            mail.add_alternative(html_digest(outgoing.content.digest), subtype="html")
        return mail

    async def aclose(self) -> None:
        """Do nothing: no connection is kept between messages."""
