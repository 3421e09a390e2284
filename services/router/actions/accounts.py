"""Sign-in with an account, and what an administrator and the owner may do to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

from services.router.accounts.errors import LinkOver, WrongSignIn
from services.router.accounts.model import Account, check_account
from services.router.accounts.rows import AccountRows
from services.router.accounts.secrets import (
    Passwords,
    SecondFactors,
    check_password,
    new_codes,
    step_of,
    tidy_code,
)
from services.router.accounts.sessions import AccountSessions
from services.router.rules.commands_registry import MailAccount
from shared.clean import clean_text
from shared.mail import NotAMailAddress, mail_address
from shared.runtime.running import Running
from shared.steady import steady
from shared.web.attempts import Attempts

_WRONG_CODE: Final = "Kode itu tidak cocok atau sudah dipakai. Tunggu kode berikutnya di aplikasi, lalu coba lagi."


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor that is being set up: its secret, and the address for the QR code."""

    secret: str
    address: str


class AccountDesk:
    """The acts of people on accounts, in one process. ``attempts`` counts wrong passwords and codes."""

    def __init__(self, running: Running[Any]) -> None:
        settings = running.settings
        self._running = running
        self._passwords = Passwords()
        self._attempts = Attempts()
        self._console = settings.console_url.rstrip("/")
        self.second = SecondFactors(settings.secret_bytes)
        self.rows = AccountRows(running.pool)
        secure = self._console.startswith("https://")
        self.sessions = AccountSessions(running.pool, settings.secret_bytes, secure=secure)

    async def sign_in(self, email: str, password: str, address: str) -> Account:
        """Return the account of an e-mail address and password.

        Raise WrongSignIn when they do not fit, and TooMany after too many wrong ones. An unknown address takes as long
        as a wrong password and has as many tries, so nobody learns who has an account.
        """
        found = await self._find(email)
        name = email.strip().lower()[:254]
        self._attempts.check(name, address)
        fits = await self._passwords.fits(found.password if found is not None else None, password)
        if found is None or not fits or found.disabled:
            self._attempts.failed(name, address)
            raise WrongSignIn
        self._attempts.succeeded(name, address)
        return found

    async def check_code(self, account: Account, code: str, address: str) -> None:
        """Take the code of the authenticator app, or a recovery code. Each works once.

        Raise WrongSignIn for a wrong or used one, and TooMany after too many.
        """
        name = f"code {account.id}"
        self._attempts.check(name, address)
        typed = clean_text(code)[:40]
        step = self.second.step_of(account.second, typed, datetime.now(UTC)) if account.second is not None else None
        if step is not None:
            fits = await self.rows.use_step(account.id, step)
        else:
            fits = await self.rows.use_code(account.id, tidy_code(typed), _own(account))
        if not fits:
            self._attempts.failed(name, address)
            raise WrongSignIn(message=_WRONG_CODE)
        self._attempts.succeeded(name, address)

    async def sign_in_from_provider(self, email: str) -> Account:
        """Return the open account of an address that the identity provider has verified. Raise WrongSignIn for none."""
        found = await self._find(email)
        if found is None or found.disabled:
            raise WrongSignIn(message="Alamat surel itu belum mempunyai akun Tanggap. Hubungi pengelola akun.")
        return found

    def enrol(self, account: Account, secret: str | None = None) -> Enrolment:
        """Return a new second factor, or the one with ``secret``. It counts once a first code of it was typed."""
        secret = secret or self.second.new()
        return Enrolment(secret, self.second.address(secret, account.email))

    async def finish_enrolment(self, account: Account, secret: str, code: str) -> list[str]:
        """Keep the second factor and return its recovery codes, this once. Raise WrongSignIn for a wrong code."""
        step = step_of(secret, clean_text(code)[:40], datetime.now(UTC))
        if step is None:
            raise WrongSignIn(message=_WRONG_CODE)
        codes = new_codes()
        await self.rows.set_second(account.id, self.second.seal(secret), step, codes, _own(account))
        return codes

    async def renew_codes(self, account: Account) -> list[str]:
        """Return new recovery codes, this once. The old ones end."""
        codes = new_codes()
        await self.rows.renew_codes(account.id, codes, _own(account))
        return codes

    async def set_password(self, token: str, password: str) -> Account:
        """Set the password of the account to which a link belongs, and end the link and all sessions.

        Raise LinkOver for a used or old link, and WeakPassword.
        """
        account = await self.rows.of_link(token)
        if account is None:
            raise LinkOver
        check_password(password, email=account.email, name=account.name)
        await self.rows.set_password(account.id, await self._passwords.hash(password), _own(account))
        return account

    async def change_password(self, account: Account, old: str, new: str, address: str) -> None:
        """Change the password of a person who is signed in, and end all sessions. Raise WrongSignIn or WeakPassword."""
        await self.sign_in(account.email, old, address)
        check_password(new, email=account.email, name=account.name)
        await self.rows.set_password(account.id, await self._passwords.hash(new), _own(account))

    async def forgot(self, email: str) -> None:
        """Mail a link to whoever has an open account with this address.

        The caller never learns whether there is one: mailing takes longer than finding nobody, so both take longest.
        """
        async with steady():
            found = await self._find(email)
            if found is not None and not found.disabled:
                await self._mail(found, "reset", _own(found))

    async def add(self, email: str, name: str, roles: tuple[str, ...], opd: str | None, actor: str) -> UUID:
        """Add an account and mail the invitation. Raise BadAccount or AccountTaken."""
        added = await self.rows.add(check_account(email, name, roles, opd), actor)
        await self.invite(added, actor)
        return added

    async def invite(self, account: UUID, actor: str) -> None:
        """Mail an invitation, again if need be. Earlier links end."""
        await self._mail(await self.rows.get(account), "invitation", actor)

    async def make_link(self, account: UUID, actor: str) -> str:
        """Return the address at which the account's first password is set, for whoever cannot get mail yet."""
        return self._address(await self.rows.make_link(account, "invitation", actor))

    async def _find(self, email: str) -> Account | None:
        try:
            return await self.rows.by_email(mail_address(email.strip()).lower())
        except NotAMailAddress:
            return None

    async def _mail(self, account: Account, purpose: str, actor: str) -> None:
        token = await self.rows.make_link(account.id, purpose, actor)
        template: Literal["account_invited", "account_reset"] = (
            "account_invited" if purpose == "invitation" else "account_reset"
        )
        command = MailAccount(template, account.name, account.email, self._address(token))
        await self._running.do(command, keys=(account.id,), actor=actor)

    def _address(self, token: str) -> str:
        return f"{self._console}/akun/tautan/{token}"


def _own(account: Account) -> str:
    return f"account:{account.id}"
