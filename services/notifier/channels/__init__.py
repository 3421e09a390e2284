"""The ways out. Each sender turns an `Outgoing` into an `Outcome` and never raises for what the other side does."""
