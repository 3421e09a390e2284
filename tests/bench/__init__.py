"""Figures beside a bare probe of the same work in the same run: `python -m tests.bench`."""
