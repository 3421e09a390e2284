"""Fixtures that every test may ask for."""

from hypothesis import settings

# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("tanggap", deadline=None)
settings.load_profile("tanggap")

pytest_plugins = ["tests.support.infra", "tests.support.worlds"]
