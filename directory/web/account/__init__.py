"""One's own account: signing in, proving who one is, organizations."""
