"""The stub of SP4N-LAPOR!: its calls with their traps, its complaints, and the acts of its people."""
