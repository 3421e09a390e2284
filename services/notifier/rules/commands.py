"""Commands of the notifier: the sender's results of tries, and an operator's decision on a given-up message."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.notifier.rules.rows import Result


@dataclass(frozen=True, slots=True)
class Settle:
    """The command by which the sender reports results: one per complaint, or per contact for replies without one."""

    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Redo:
    """The command by which a person decides on a given-up message. ``why`` is that person's reason.

    The same value is the row that the step saves.
    """

    message: UUID
    decision: Literal["retry", "acknowledge"]
    why: str = ""
