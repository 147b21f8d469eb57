"""What is looked up about cases."""
