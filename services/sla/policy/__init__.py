"""Limits and ladders as data: which policy was in force, and which of its limits a case falls under."""

from services.sla.policy.book import BadPoliciesError, Book, ClockRule, Facts, Level, Policy
from services.sla.policy.order import out_of_order
from services.sla.policy.reading import read_policies, shipped_policies, shipped_text

__all__ = [
    "BadPoliciesError",
    "Book",
    "ClockRule",
    "Facts",
    "Level",
    "Policy",
    "out_of_order",
    "read_policies",
    "shipped_policies",
    "shipped_text",
]
