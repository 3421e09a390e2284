"""Fixtures that every test may ask for."""

import os

from hypothesis import settings

# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("tanggap", deadline=None)
settings.load_profile("tanggap")

# A test waits for each record by itself.
os.environ["TANGGAP_GATHER_MS"] = "0"

pytest_plugins = ["tests.support.infra", "tests.support.worlds"]
