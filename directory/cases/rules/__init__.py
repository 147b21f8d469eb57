"""What holds of cases, without a database."""
