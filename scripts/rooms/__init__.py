"""Draws the map of the rooms, as a picture and as a table, from the code as it is.

`make rooms` after a room or a module was added, moved or described otherwise. The floors come
from the import contract in `pyproject.toml`, the arrows from the imports, and every sentence from
a docstring; a test fails where the map is not that of today.
"""
