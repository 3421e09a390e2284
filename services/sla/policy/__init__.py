"""Limits and ladders as data: the policy in force on a day, and the limit that a case falls under."""

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
