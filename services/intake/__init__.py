"""The service that takes complaints in from every channel and keeps the public timeline."""
