"""A participant's file entered, corrected or told of an event: shown first, then written."""
