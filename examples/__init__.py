"""Invented complaints in the formats of the doors, with what is right for each."""
