"""Stubs of the outside world on loopback: WhatsApp Cloud API, mail server, webhook receiver. All count each effect."""
