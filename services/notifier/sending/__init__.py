"""Sending of messages: letters, their delivery, and the reports of results. Retries and rates run on wall time."""
