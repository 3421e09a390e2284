"""The values that the rules read, and what they find."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from services.intake.settings import IntakeSettings
from services.notifier.settings import NotifierSettings
from services.router.settings import RouterSettings
from shared.settings import Settings

S = TypeVar("S", bound=Settings)


class Finding(NamedTuple):
    """One sentence. ``wrong`` keeps the system from going live; otherwise it is only worth knowing."""

    wrong: bool
    text: str


def wrong(text: str) -> Finding:
    """Return a finding that keeps the system from going live."""
    return Finding(wrong=True, text=text)


def note(text: str) -> Finding:
    """Return a finding that is worth knowing."""
    return Finding(wrong=False, text=text)


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of each process, by the name of the process. Every service has at least one."""

    processes: Mapping[str, Settings]

    def first(self, kind: type[S]) -> S:
        """Return the settings of the service's first process. `agreement` compares them with its others."""
        return next(one for one in self.processes.values() if isinstance(one, kind))

    @property
    def intake(self) -> IntakeSettings:
        return self.first(IntakeSettings)

    @property
    def router(self) -> RouterSettings:
        return self.first(RouterSettings)

    @property
    def notifier(self) -> NotifierSettings:
        return self.first(NotifierSettings)


def variable(settings: Settings, field: str) -> str:
    """Return the environment variable of a setting: that of its service, if other services do not have it."""
    own = "" if field in Settings.model_fields else f"{settings.service.upper()}_"
    return f"TANGGAP_{own}{field.upper()}"
