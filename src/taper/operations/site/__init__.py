"""A whole site: each participant decided on, carried out and kept, and papers that came back."""
