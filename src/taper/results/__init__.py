"""Did the steroid come down: what was planned, prescribed and taken, for each and for all (§11)."""
