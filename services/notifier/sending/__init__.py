"""The sender: plans, leases, sends, and reports through the step. Leases, retries and rates run on wall time."""
