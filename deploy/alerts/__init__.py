"""Alertmanager: its configuration from our settings, and a trial of each receiver."""
