"""Reading what was typed, and finding what answers it."""
