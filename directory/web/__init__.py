"""Pages by audience, and what they share."""
