"""How many tablets, when, and which to stock. Pure."""
