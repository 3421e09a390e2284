"""Links by which the desk and an OPD's system open a citizen's file. The router makes them; intake checks them.

Neither service asks the other: both derive the signature from the secret that all services share. A link says who it
was made for, so that intake records the reading, and refuses an OPD that has lost the case meanwhile.
"""

from __future__ import annotations

from urllib.parse import quote

from shared.web.signing import Signing

_PURPOSE = "file for a reader"
OPD = "opd:"


class FileLinks:
    """Makes and checks signed links. ``reader`` is the actor of a caller's key, such as ``opd:dishub``."""

    def __init__(self, secret: bytes, public_url: str = "") -> None:
        self._signing = Signing(secret)
        self._base = public_url.rstrip("/")

    def link(self, file: str, reader: str, variant: str = "") -> str:
        """Return a new link to a file, or to one of its thumbnails."""
        path = f"/v1/media/{file}{'/' if variant else ''}{variant}"
        # The sealed value holds a blank and the reader's name. Only browsers would mend them in an address.
        return f"{self._base}{path}?signature={quote(self._signing.seal(_PURPOSE, f'{file} {reader}'), safe=':')}"

    def reader(self, file: str, signature: str, lasts_s: int) -> str | None:
        """Return the reader for whom this signature opens the file now, or None."""
        named, _, reader = (self._signing.open(_PURPOSE, signature, lasts_s=lasts_s) or "").partition(" ")
        return reader if reader and named == file else None
