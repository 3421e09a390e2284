"""The life of a case: folds of facts, which are total, and of commands, which may be refused. Pure."""

from services.router.rules.draft import Limits
from services.router.rules.fold import fold

__all__ = ["Limits", "fold"]
