"""Sender: plans, leases and sends messages, and reports by steps. Leases, retries and rates run on wall time."""
