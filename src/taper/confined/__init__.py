"""Processes that work for this one within limits, and can be ended without losing anything."""
