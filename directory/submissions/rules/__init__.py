"""What may be said, and how what was typed is read."""
