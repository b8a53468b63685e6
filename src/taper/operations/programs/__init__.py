"""What a program holds and asks for: plans to walk through, papers, files and numbers."""
