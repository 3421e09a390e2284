"""Intake's fixture for the tests in this folder."""

from tests.support.intake import intake

__all__ = ["intake"]
