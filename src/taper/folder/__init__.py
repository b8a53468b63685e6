"""The folder that a batch writes to and answers for."""
