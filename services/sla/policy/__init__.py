"""Limits and ladders as data: the policy in force on a day, and the limit that a case falls under."""

from services.sla.policy.order import out_of_order
from services.sla.policy.reading import read_policies, shipped_policies, shipped_text
from services.sla.policy.timeline import BadPoliciesError, CaseProperties, ClockRule, Level, Policy, PolicyTimeline

__all__ = [
    "BadPoliciesError",
    "CaseProperties",
    "ClockRule",
    "Level",
    "Policy",
    "PolicyTimeline",
    "out_of_order",
    "read_policies",
    "shipped_policies",
    "shipped_text",
]
