"""The rules of a case, as pure functions. Folds of facts are total; folds of commands may raise Refused."""

from services.router.rules.draft import Limits
from services.router.rules.fold import fold

__all__ = ["Limits", "fold"]
