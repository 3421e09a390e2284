"""Signed values with which an officer's browser carries photos of an answer from intake, which keeps them, to the router.

Neither service asks the other: both derive the signatures from the secret that all services share. The permission to
send photos names the case and the OPD. What comes back names the kept file, and counts for that case and OPD alone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from shared.events.fact import Attachment
from shared.web.signing import Signing

MOST_PHOTOS: Final = 5
PATH: Final = "/bukti"
_PERMISSION: Final = "photos of an answer"
_PHOTO: Final = "photo of an answer"
PERMITTED_S: Final = 3600
# An officer writes the answer meanwhile. Intake sweeps what nobody uses only after a day.
_KEPT_S: Final = 12 * 3600


class Permission(NamedTuple):
    """The case for which an OPD may send photos, by its ticket, and the OPD's code."""

    ticket: str
    opd: str


class EvidenceLinks:
    """Makes and checks the signed values."""

    def __init__(self, secret: bytes) -> None:
        self._signing = Signing(secret)

    def permit(self, permission: Permission) -> str:
        """Return a permission that works for an hour."""
        return self._signing.seal(_PERMISSION, ",".join(permission))

    def permitted(self, sealed: str) -> Permission | None:
        """Return what a permission permits, or None if it is not ours or too old."""
        ticket, _, opd = (self._signing.open(_PERMISSION, sealed, lasts_s=PERMITTED_S) or "").partition(",")
        return Permission(ticket, opd) if ticket and opd else None

    def seal(self, photo: Attachment, permission: Permission) -> str:
        """Return a kept photo for the answer of one case."""
        values = (*permission, photo.id, photo.sha256, photo.type, str(photo.size))
        return self._signing.seal(_PHOTO, ",".join(values))

    def photos(self, sealed: str, permission: Permission) -> dict[str, Attachment]:
        """Return the photos that belong to this case and OPD, by their signed values. Blanks separate these."""
        found: dict[str, Attachment] = {}
        for one in sealed.split()[:MOST_PHOTOS]:
            values = (self._signing.open(_PHOTO, one, lasts_s=_KEPT_S) or "").split(",")
            if len(values) == 6 and Permission(*values[:2]) == permission:
                found[one] = Attachment(id=values[2], sha256=values[3], type=values[4], size=int(values[5]))
        return found
