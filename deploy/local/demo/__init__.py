"""Demo: invented complaints go through the whole system, and every number is counted where it arose."""
