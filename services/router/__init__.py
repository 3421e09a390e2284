"""Decides whose work each complaint is, and moves its case."""
