"""Kills, stops and restarts under load: afterwards nothing is missing, nothing acted twice, nothing is out of order."""
