"""A plan for a screen or another program."""
