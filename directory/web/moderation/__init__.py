"""Pages of moderators: what was proposed, and whether it may be believed."""
