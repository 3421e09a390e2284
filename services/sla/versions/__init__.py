"""The versions of calendar and policies: which is in force, which would follow, and how the installed data differs."""

from services.sla.versions.in_force import RuleVersions, put_in_force
from services.sla.versions.texts import RuleTexts
from services.sla.versions.version import ChangedPart, RuleVersion, next_version

__all__ = ["ChangedPart", "RuleTexts", "RuleVersion", "RuleVersions", "next_version", "put_in_force"]
