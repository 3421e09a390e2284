"""Sender: plans, leases, sends and reports messages. Leases, retries and rates run on wall time."""
