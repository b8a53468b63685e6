"""A participant's plan, or those of several: which days are asked for, and as which files."""
