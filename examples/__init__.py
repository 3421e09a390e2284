"""Invented complaints in the formats of the doors, each with its correct outcome."""
