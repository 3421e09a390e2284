"""Changes of the registry as values: tables as text, their problems, single edits, and the difference in words."""
