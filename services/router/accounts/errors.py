"""The reasons for which an act on an account, or a sign-in, is refused."""

from __future__ import annotations

from shared.errors import Invalid, NotFound, Refused, Unavailable


class NoSuchAccount(NotFound):
    """There is no such account."""

    message = "Akun itu tidak ada."


class AccountTaken(Refused):
    """This e-mail address has an account already."""

    code = "account_taken"
    message = "Alamat surel ini sudah mempunyai akun."


class BadAccount(Invalid):
    """The description of an account is not valid."""

    code = "bad_account"
    message = "Ada isian akun yang belum tepat."

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: not valid", field=field, message=message)


class WeakPassword(Invalid):
    """The password is too easy to guess."""

    code = "weak_password"
    message = "Kata sandi ini terlalu mudah ditebak."


class WrongSignIn(Refused):
    """The e-mail address, the password or the code is wrong."""

    code = "wrong_sign_in"
    status = 401
    message = "Surel atau kata sandi tidak cocok. Periksa kembali, lalu coba lagi."


class LinkOver(NotFound):
    """The link was used or is too old."""

    message = "Tautan ini sudah dipakai atau sudah terlalu lama. Minta tautan baru dengan “Lupa kata sandi”."


class ProviderAway(Unavailable):
    """The identity provider does not answer."""

    code = "provider_away"
    message = "Penyedia identitas sedang tidak dapat dihubungi. Tunggu sebentar, atau masuk dengan kata sandi."
