"""Signatures by a trial's key: over a plan as printed, a line of the ledger, a code to scan."""
