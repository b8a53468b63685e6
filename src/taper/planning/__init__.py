"""From a protocol and a participant to every day's dose. Pure."""
