"""The router: assigns each complaint to an authority and an OPD, and keeps the state of its case."""
