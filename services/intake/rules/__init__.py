"""Intake's rules: pure functions on plain values."""
