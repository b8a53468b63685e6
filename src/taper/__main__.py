"""`python -m taper`, for where the command itself is not on the path."""

if __name__ == "__main__":  # each worker of a batch reads this again, and needs no command line
    from taper.cli import main

    main()
