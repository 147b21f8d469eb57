"""What hospitals, moderators and readers do about listings."""
