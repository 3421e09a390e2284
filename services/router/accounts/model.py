"""An account, and the roles that an account may have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from services.router.accounts.errors import BadAccount
from shared.mail import NotAMailAddress, mail_address
from shared.reference import open_opds
from shared.text import tidy

ADMINISTRATOR: Final = "administrator"
# The words for a role on the pages of accounts, in the order in which the pages list them.
ACCOUNT_ROLES: Final[Mapping[str, str]] = {
    "koordinator": "Admin koordinator (triase)",
    "officer": "Pejabat penghubung OPD",
    "head": "Kepala OPD",
    "supervisor": "Pengawas (Inspektorat, Sekda, penghubung Ombudsman)",
    "arbiter": "Arbiter",
    ADMINISTRATOR: "Pengelola akun",
    "reader": "Pembaca angka",
}
# The roles of one OPD. Each of their accounts names the OPD, and no other account does.
OF_AN_OPD: Final = frozenset({"officer", "head"})
FORMER: Final = "former"
# The arbiter settles what the koordinator and the OPDs dispute, so that the arbiter is nobody of theirs.
_ALONE: Final = "arbiter"
# The only role that sees no citizen's data, and so needs no second factor.
_SEES_NOBODY: Final = frozenset({"reader"})
_MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The checked description of an account: a lower-case e-mail address, a name, the roles, and the OPD's code."""

    email: str
    name: str
    roles: tuple[str, ...]
    opd: str | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account as stored.

    ``password`` is its hash. ``second`` is the sealed secret of the second factor.
    """

    id: UUID
    email: str
    name: str
    roles: tuple[str, ...]
    opd: str | None
    password: str | None
    second: bytes | None
    disabled: bool

    @property
    def needs_second(self) -> bool:
        """Return whether nobody signs in without a second factor: the account sees data of citizens, or has one."""
        return self.second is not None or not set(self.roles) <= _SEES_NOBODY


def check_account(email: str, name: str, roles: Collection[str], opd: str | None) -> NewAccount:
    """Return the description of an account, or raise BadAccount with the field that is wrong."""
    try:
        address = mail_address(email.strip()).lower()
    except NotAMailAddress:
        raise BadAccount("surel", "Tulis alamat surel yang lengkap, misalnya nama@kaltimprov.example.") from None
    called = tidy(name)
    if not called or len(called) > _MAX_NAME:
        raise BadAccount("nama", "Tulis nama lengkap, paling banyak 200 huruf.")
    chosen = tuple(role for role in ACCOUNT_ROLES if role in roles)
    if not chosen or set(roles) - set(ACCOUNT_ROLES):
        raise BadAccount("peran", "Pilih paling sedikit satu peran.")
    if _ALONE in chosen and len(chosen) > 1:
        raise BadAccount("peran", "Arbiter memutus sengketa, sehingga tidak dapat merangkap peran lain.")
    if OF_AN_OPD & set(chosen) and opd not in open_opds():
        raise BadAccount("opd", "Pilih OPD tempat orang ini bekerja.")
    return NewAccount(address, called, chosen, opd if OF_AN_OPD & set(chosen) else None)


def roles_now(account: Account) -> tuple[str, ...]:
    """Return the roles that an account has today. Those of an OPD end with the OPD.

    Whoever has no other role is `former`, which opens only the pages of the own account.
    """
    if account.opd is None or account.opd in open_opds():
        return account.roles
    return tuple(role for role in account.roles if role not in OF_AN_OPD) or (FORMER,)
