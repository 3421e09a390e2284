"""The rows of accounts: each change together with its entry in the log of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from services.router.accounts.errors import AccountTaken, NoSuchAccount
from services.router.accounts.model import Account, NewAccount
from services.router.accounts.secrets import hash_of, new_token
from services.router.rules.mentions import Member
from shared.ids import new_id
from shared.postgres.pool import Connection, Pool
from shared.postgres.queries import Queries

Q: Final = Queries.load(Path(__file__).parent / "queries.sql")
INVITATION_S: Final = 7 * 24 * 3600.0
RESET_S: Final = 3600.0


def as_account(row: Any) -> Account:
    """Return the account of a row."""
    return Account(
        id=row["id"],
        email=row["email"],
        name=row["name"],
        roles=tuple(row["roles"]),
        opd=row["opd"],
        password=row["password"],
        second=row["second"],
        disabled=row["disabled_at"] is not None,
    )


class AccountRows:
    """Reads and changes accounts. ``actor`` is always who did it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def by_email(self, email: str) -> Account | None:
        """Return the account of an e-mail address, open or closed, or None."""
        row = await self._pool.fetchrow(Q["account_by_email"], email)
        return as_account(row) if row is not None else None

    async def get(self, account: UUID) -> Account:
        """Return an account. Raise NoSuchAccount when there is none."""
        row = await self._pool.fetchrow(Q["account_by_id"], account)
        if row is None:
            raise NoSuchAccount
        return as_account(row)

    async def listed(self) -> Sequence[Any]:
        """Return all accounts for the list."""
        return await self._pool.fetch(Q["account_list"])

    async def members(self, opd: str) -> Sequence[Member]:
        """Return the officers and heads of an OPD, by name."""
        rows = await self._pool.fetch(Q["account_members"], opd)
        return [Member(row["id"], row["name"], row["email"]) for row in rows]

    async def history(self, account: UUID) -> Sequence[Any]:
        """Return what was done to an account, the latest first."""
        return await self._pool.fetch(Q["log_list"], account)

    async def add(self, new: NewAccount, actor: str) -> UUID:
        """Store a new account without a password. Raise AccountTaken when the e-mail address has one."""
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(Q["account_add"], new_id(), new.email, new.name, list(new.roles), new.opd)
            if found is None:
                raise AccountTaken
            await _log(connection, found, actor, "added", f"{', '.join(new.roles)} {new.opd or ''}".strip())
        return UUID(str(found))

    async def change(self, account: UUID, new: NewAccount, actor: str) -> None:
        """Change name, roles and OPD. The open sessions follow at once."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["account_change"], account, new.name, list(new.roles), new.opd)
            await _log(connection, account, actor, "changed", f"{', '.join(new.roles)} {new.opd or ''}".strip())

    async def disable(self, account: UUID, actor: str, *, disabled: bool) -> None:
        """Close an account with its sessions and links, or open it again."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["account_disable"], account, disabled)
            if disabled:
                await connection.execute(Q["sessions_end"], account)
                await connection.execute(Q["links_end"], account)
            await _log(connection, account, actor, "disabled" if disabled else "enabled")

    async def make_link(self, account: UUID, purpose: str, actor: str) -> str:
        """Return the token of a new link that sets the account's password. Earlier links end."""
        token = new_token()
        lasts = INVITATION_S if purpose == "invitation" else RESET_S
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["links_end"], account)
            await connection.execute(Q["link_add"], hash_of(token), account, purpose, lasts)
            await _log(connection, account, actor, purpose)
        return token

    async def of_link(self, token: str) -> Account | None:
        """Return the account of a live link, or None."""
        row = await self._pool.fetchrow(Q["link_find"], hash_of(token))
        return await self.get(row["account"]) if row is not None else None

    async def set_password(self, account: UUID, hashed: str, actor: str) -> None:
        """Keep a new password. All links and sessions of the account end."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["password_set"], account, hashed)
            await connection.execute(Q["links_end"], account)
            await connection.execute(Q["sessions_end"], account)
            await _log(connection, account, actor, "password")

    async def set_second(self, account: UUID, sealed: bytes, step: int, codes: Sequence[str], actor: str) -> None:
        """Keep a new second factor and its recovery codes."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["second_set"], account, sealed, step)
            await _keep_codes(connection, account, codes)
            await _log(connection, account, actor, "second_factor")

    async def take_second(self, account: UUID, actor: str) -> None:
        """Take the second factor away, so that the person sets up a new one at the next sign-in. All sessions end."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["second_set"], account, None, 0)
            await connection.execute(Q["codes_clear"], account)
            await connection.execute(Q["sessions_end"], account)
            await _log(connection, account, actor, "second_factor_removed")

    async def renew_codes(self, account: UUID, codes: Sequence[str], actor: str) -> None:
        """Replace the recovery codes."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _keep_codes(connection, account, codes)
            await _log(connection, account, actor, "recovery_codes")

    async def codes_left(self, account: UUID) -> int:
        """Return how many recovery codes are left."""
        return int(await self._pool.fetchval(Q["codes_left"], account))

    async def use_step(self, account: UUID, step: int) -> bool:
        """Mark the code of a time step as used. Return False when it, or a later one, was used before."""
        return await self._pool.fetchval(Q["second_used"], account, step) is not None

    async def use_code(self, account: UUID, code: str, actor: str) -> bool:
        """Use up a recovery code. Return False for a wrong or used one."""
        async with self._pool.acquire() as connection, connection.transaction():
            used = await connection.fetchval(Q["code_used"], account, hash_of(code)) is not None
            if used:
                await _log(connection, account, actor, "recovery_code_used")
        return used


async def _keep_codes(connection: Connection, account: UUID, codes: Sequence[str]) -> None:
    await connection.execute(Q["codes_clear"], account)
    await connection.executemany(Q["code_add"], [(account, hash_of(code)) for code in codes])


async def _log(connection: Connection, account: UUID, actor: str, what: str, detail: str = "") -> None:
    await connection.execute(Q["log_add"], account, actor, what, detail)
