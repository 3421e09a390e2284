"""The connection to SP4N-LAPOR!: its calls, what we say in them, what goes out, what we read there, the comparison."""
