"""Looking at claims, drafts, submissions and what became of them."""
