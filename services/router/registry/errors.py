"""The reasons for which a change of the registry is refused."""

from __future__ import annotations

from shared.errors import Invalid, NotFound, Refused


class RegistryChangedMeanwhile(Refused):
    """Another version of the registry is in force than the caller saw."""

    code = "registry_changed"
    status = 409
    message = "Daftar sudah diubah orang lain sejak Anda membukanya. Muat ulang halamannya, lalu ulangi."


class RegistryProblems(Invalid):
    """The table has problems, so that it is not put into force."""

    message = "Tabel ini masih punya masalah, sehingga belum diberlakukan."


class NothingChanged(Invalid):
    """The change says what is in force already."""

    message = "Tidak ada yang berbeda dengan daftar yang berlaku."


class NoSuchEntry(NotFound):
    """The registry has no such OPD or topic."""

    message = "Kode itu tidak ada dalam daftar. Mungkin salah ketik."
