"""The errors of the deadlines service. The docstring of a class is the title of its errors, its message is Indonesian."""

from __future__ import annotations

from typing import ClassVar

from shared.errors import Refused, Transient


class ChangedMeanwhile(Refused):
    """Somebody else has changed the calendar or the policies meanwhile; look at them again."""

    code = "changed_meanwhile"
    message: ClassVar[str] = (
        "Orang lain sudah mengubahnya. Lihat keadaan yang baru di bawah ini, lalu ulangi perubahan Anda."
    )


class UnreadableRules(Transient):
    """The rules in the tables cannot be read by this version of the code; newer replicas must take over."""
