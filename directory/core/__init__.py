"""What every subject stands on: time, text, errors, permissions, unit of work."""
