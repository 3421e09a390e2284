"""Chaos tests: kills, stops and restarts under load. Afterwards nothing is missing, doubled or out of order."""
