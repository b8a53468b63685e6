"""What was printed once, read again: what it is worth, by what proof, and what replaces it."""
