"""Senders, one for each channel. A sender turns an `Outgoing` into an `Outcome` and never raises for a peer's fault."""
