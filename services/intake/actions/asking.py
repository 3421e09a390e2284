"""The bound on the question what a complaint is about: at most a third of the citizens who file are asked."""

from __future__ import annotations

from typing import Final

# One of so many may be asked.
ONE_OF: Final = 3
# So many may be asked between two counts, before the newest ones are known. Their room is kept free.
BETWEEN: Final = 8


class AskingShare:
    """The bound, open while few enough were asked of late. Each process has one; a loop tells it what the log holds."""

    def __init__(self) -> None:
        self.open = False

    def counted(self, filed: int, asked: int) -> None:
        """Take what was counted. Nobody is asked where a further question could pass the bound."""
        self.open = (asked + BETWEEN) * ONE_OF <= filed
