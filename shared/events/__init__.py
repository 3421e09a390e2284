"""The vocabulary: every event that may travel between services or to an OPD. No I/O happens here."""
