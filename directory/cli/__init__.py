"""Commands: what an operator types."""
