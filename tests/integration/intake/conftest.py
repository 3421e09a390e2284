"""Intake's fixtures for the tests in this folder."""

from tests.support.browser import browser
from tests.support.intake import intake, intake_database

__all__ = ["browser", "intake", "intake_database"]
