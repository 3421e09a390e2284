"""The citizen's one appeal after a closing, and the decision on it. Part of `complaint.cases.v1`."""

from __future__ import annotations

from typing import ClassVar, Literal

from shared.events.fact import Fact, Text

AppealVerdict = Literal["upheld", "rejected"]


class Appealed(Fact):
    """The citizen is not content after the closing. A person above the closer must decide.

    ``opd`` is the OPD that had answered.
    """

    TYPE: ClassVar[str] = "case.appealed"
    opd: str | None = None
    reason: Text


class AppealDecided(Fact):
    """A person who neither answered nor closed decided on the appeal. The envelope's actor names that person.

    ``upheld``: the case is reopened, or assigned to another OPD, by the event that follows. ``opd`` gets it.
    ``rejected``: the closing stands. The citizen reads the ``reason``, and that the Ombudsman is next.
    """

    TYPE: ClassVar[str] = "case.appeal_decided"
    verdict: AppealVerdict
    reason: Text
    opd: str | None = None
