"""`python -m taper`, for where the command itself is not on the path."""

from taper.cli import main

main()
