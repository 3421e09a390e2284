"""The demo: invented complaints travel through the whole system, and every number is counted where it happened."""
