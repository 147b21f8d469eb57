"""What a hospital proposes, and what a moderator decides."""
