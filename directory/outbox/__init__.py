"""What was promised: effects written down in the transaction they belong to."""
