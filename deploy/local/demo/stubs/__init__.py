"""The outside world on loopback: a WhatsApp Cloud API, a mail server and a webhook receiver that count every effect."""
