"""What taper does for its callers, without a word on any screen."""
