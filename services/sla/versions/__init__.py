"""The versions of calendar and policies: which is in force, which would follow, and how the installed data differs."""

from services.sla.versions.in_force import (
    ChangedMeanwhile,
    RuleTexts,
    RuleVersion,
    RuleVersions,
    UnreadableRules,
    changed,
    policies_of,
    put_in_force,
)

__all__ = [
    "ChangedMeanwhile",
    "RuleTexts",
    "RuleVersion",
    "RuleVersions",
    "UnreadableRules",
    "changed",
    "policies_of",
    "put_in_force",
]
