"""Intake's fixtures for the tests in this folder."""

from tests.support.browser import browser
from tests.support.intake import intake, intake_database
from tests.support.media import media_files, media_settings, s3_server

__all__ = ["browser", "intake", "intake_database", "media_files", "media_settings", "s3_server"]
