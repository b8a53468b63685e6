"""What came of a source's participants, put to a question and told in each form."""
