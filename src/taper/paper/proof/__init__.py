"""A file that claims to be a paper of ours: what is in it, what was added, and what it is like."""
