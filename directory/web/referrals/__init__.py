"""Pages of hospitals for the cases that were referred to them."""
