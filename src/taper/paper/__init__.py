"""What is printed of a plan, and how it is proved to say what the plan says."""
