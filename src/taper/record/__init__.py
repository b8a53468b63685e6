"""A plan as data: its document, what is kept of it, and how two of them differ. Pure."""
