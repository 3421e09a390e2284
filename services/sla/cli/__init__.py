"""The command line of the deadlines service."""
