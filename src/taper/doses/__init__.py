"""Doses, tablets, and what one corticosteroid is worth in another."""
