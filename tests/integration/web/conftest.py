"""The doors of all four services, and a browser."""

from tests.support.browser import browser
from tests.support.doors import doors, doors_loop

__all__ = ["browser", "doors", "doors_loop"]
