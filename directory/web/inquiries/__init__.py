"""Pages on which people ask, and follow what they asked."""
